"""Sound as telephones have it: 8,000 times a second, one channel, 16 bits."""

import io
import math
import os
import wave
from array import array
from collections.abc import Iterator
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import TypeAlias

Samples: TypeAlias = "array[int]"
RATE = 8000
TAIL = 10  # seconds of silence after a sound: baresip hangs up where a file ends
_HEAD = 44  # bytes before the first sample of what baresip writes
_SAMPLE = 2  # bytes
_LOUDEST = 2**15 - 1


class Unplayable(ValueError):
    """No sound that can be played."""


def read(wav: bytes) -> Samples:
    """Return a WAV file as telephones have it. Raises Unplayable."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as failure:
        raise Unplayable(str(failure)) from failure
    if width != _SAMPLE or not channels or not rate:
        raise Unplayable("only WAV files of 16 bits are played")
    samples = array("h", frames[: len(frames) // (_SAMPLE * channels) * _SAMPLE * channels])
    return _at_rate(samples[::channels], rate)


def _at_rate(samples: Samples, rate: int) -> Samples:
    """Return each new sample as the mean of the old ones that it stands for."""
    if rate == RATE or not samples:
        return samples
    sums = array("q", accumulate(samples, initial=0))
    step = rate / RATE

    def means() -> Iterator[int]:
        for number in range(int(len(samples) / step)):
            begins = int(number * step)
            ends = min(max(begins + 1, int((number + 1) * step)), len(samples))
            yield (sums[ends] - sums[begins]) // (ends - begins)

    return array("h", means())


def tone(hertz: int, seconds: float, loud: float = 0.25) -> Samples:
    """Return a tone."""
    turn, high = 2 * math.pi * hertz / RATE, loud * _LOUDEST
    return array("h", (round(high * math.sin(turn * i)) for i in range(int(seconds * RATE))))


def silence(seconds: float) -> Samples:
    """Return nothing to be heard."""
    return array("h", bytes(_SAMPLE * int(seconds * RATE)))


def mixed(one: Samples, other: Samples) -> Samples:
    """Return both at once."""
    sums = (a + b for a, b in zip_longest(one, other, fillvalue=0))
    return array("h", (max(-_LOUDEST, min(_LOUDEST, both)) for both in sums))


def loudness(samples: Samples) -> int:
    """Return how loud the loudest is."""
    high, low = (max(samples), min(samples)) if samples else (0, 0)
    return max(high, -low)


def written(path: Path, samples: Samples) -> None:
    """Write a WAV file; it is there whole, or not at all."""
    passing = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(passing), "wb") as file:
        file.setparams((1, _SAMPLE, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    passing.replace(path)


def dumped(path: Path | None) -> int:
    """Return how many samples baresip has written so far."""
    try:
        return max(0, path.stat().st_size - _HEAD) // _SAMPLE if path else 0
    except OSError:
        return 0


def dump(path: Path | None, since: int) -> Samples:
    """Return what baresip has written since."""
    if path is None:
        return array("h")
    try:
        with path.open("rb") as file:
            file.seek(_HEAD + since * _SAMPLE)
            heard = file.read()
    except OSError:
        return array("h")
    return array("h", heard[: len(heard) // _SAMPLE * _SAMPLE])
