"""What callers hear, as files that baresip plays: words by espeak-ng, tones, files from elsewhere."""

import hashlib
import logging
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tongxin.plugins.channel_phone.gateway import sounds
from tongxin.plugins.channel_phone.gateway.steps import Tone
from tongxin.plugins.channel_phone.gateway.verbs import Pause, Play, Say, Spoken
from tongxin.sdk import LARGEST_FILE, Unreachable, Web

_PATIENCE = 30.0  # seconds for a sentence
_MOST_FILES = 300
# "cmn" alone reads Chinese as the English names of the letters of its pinyin.
VOICES = {"zh": "cmn-latn-pinyin", "zh-hk": "yue", "en": "en-us", "en-gb": "en-gb"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """A file, and for how many seconds there is something to be heard in it."""

    path: Path
    seconds: float


class Speech:
    """Makes what is to be heard, and keeps it for the next time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.silence = self._kept("silence", sounds.silence(60))

    def of(self, what: Spoken | Tone) -> Heard:
        """Return what is to be heard; silence where it cannot be made."""
        if isinstance(what, Pause):
            return Heard(self._made(what).path, what.seconds)
        try:
            return self._made(what)
        except (sounds.Unplayable, Unreachable, OSError, subprocess.SubprocessError) as failure:
            log.warning("%s cannot be heard: %s", what, failure)
            return Heard(self.silence.path, 0)

    def _made(self, what: Spoken | Tone) -> Heard:
        name = hashlib.sha256(repr(what).encode("utf-8", "replace")).hexdigest()[:32]
        path = self._folder / f"{name}.wav"
        if path.exists():
            path.touch()
            return Heard(path, sounds.dumped(path) / sounds.RATE - sounds.TAIL)
        return self._kept(name, _samples(what))

    def _kept(self, name: str, samples: sounds.Samples) -> Heard:
        path = self._folder / f"{name}.wav"
        sounds.written(path, samples + sounds.silence(sounds.TAIL))
        oldest = sorted(self._folder.glob("*.wav"), key=lambda file: file.stat().st_mtime)
        for file in oldest[:-_MOST_FILES]:
            file.unlink(missing_ok=True)
        return Heard(path, len(samples) / sounds.RATE)


def _samples(what: Spoken | Tone) -> sounds.Samples:
    match what:
        case Say(text, language):
            return _said(text, language)
        case Play(url):
            return _played(url)
        case Pause(seconds):
            return sounds.silence(seconds)
        case Tone.BEEP:
            return sounds.tone(1000, 0.4)
        case Tone.RINGING:  # as it rings in China: one second, then four of silence
            return (sounds.tone(425, 1) + sounds.silence(4)) * 6


def _said(text: str, language: str) -> sounds.Samples:
    known = language.lower()
    voice = VOICES.get(known) or VOICES.get(known.partition("-")[0], known)
    command = ["espeak-ng", "-v", voice, "-b", "1", "--stdin", "--stdout"]
    spoken = _run(command, text.encode("utf-8", "replace"))
    return sounds.read(_of_whole_length(spoken))


def _of_whole_length(wav: bytes) -> bytes:
    """espeak-ng writes before it knows how much it will say: put the real length where it belongs."""
    size = len(wav) - 44
    return wav[:40] + max(0, size).to_bytes(4, "little") + wav[44:] if size >= 0 else wav


def _played(url: str) -> sounds.Samples:
    reply = Web("").get(url, most=LARGEST_FILE, seconds=20)
    if not reply.is_good:
        raise Unreachable(f"status {reply.status}")
    if reply.body[:4] == b"RIFF":
        return sounds.read(reply.body)
    if shutil.which("ffmpeg") is None:
        raise sounds.Unplayable("only WAV is played where there is no ffmpeg")
    form = ["-f", "wav", "-ac", "1", "-ar", str(sounds.RATE), "-c:a", "pcm_s16le"]
    command = ["ffmpeg", "-v", "error", "-i", "pipe:0", "-t", "600", *form, "pipe:1"]
    return sounds.read(_run(command, reply.body))


def _run(command: list[str], said: bytes) -> bytes:
    ended = subprocess.run(command, input=said, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 - no shell, and no word of others among the arguments
    return ended.stdout
