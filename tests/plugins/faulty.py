"""A stand-in of somebody's service, as bad as they get: it fails, sleeps, counts, and loses its own answers."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tongxin.center.kit.plugins import Manifest, manifests, read
from tongxin.sdk import (
    Address,
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    Receipt,
    Refused,
    Unreachable,
)
from tongxin.service.channels.queries import connected

_WHO_ASKS = (
    "tongxin.center.kit.plugins", "tongxin.service.channels.queries.connected",
    "tongxin.service.channels.actions.connecting", "tongxin.faces.studio.inboxes",
)  # fmt: skip
START = datetime.fromisoformat("2026-11-21T04:00:00+00:00")


@dataclass
class Service:
    """The other side: what it took, when it was asked, and how it behaves."""

    now: datetime = START
    luck: random.Random = field(default_factory=lambda: random.Random(7))
    taken: dict[str, Departure] = field(default_factory=dict)
    tried: list[tuple[datetime, str]] = field(default_factory=list)
    repeated: int = 0
    fails: float = 0.0
    loses: float = 0.0
    count: int = 0
    seconds: float = 1.0
    down: tuple[datetime, datetime] | None = None
    poison: str = ""
    typed: list[str] = field(default_factory=list)
    says: dict[int, Receipt] = field(default_factory=dict)
    retry_after: float = 0.0

    def clock(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def take(self, departure: Departure) -> Receipt:
        """Take one message, or do not."""
        if self.down and self.down[0] <= self.now < self.down[1]:
            raise Unreachable("nobody answers")
        if self.poison and self.poison in departure.text:
            raise ValueError("cannot be said")
        if self._is_asked_too_often():
            return Receipt(departure.message_id, error=Failure.RATE, retry_after=self.retry_after)
        self.tried.append((self.now, departure.key))
        if departure.message_id in self.says:
            return self.says[departure.message_id]
        if self.luck.random() < self.fails:
            return Receipt(departure.message_id, error=Failure.TRANSIENT, detail="503")
        self.repeated += departure.key in self.taken
        self.taken.setdefault(departure.key, departure)
        if self.luck.random() < self.loses:
            raise Unreachable("the answer was lost")
        return Receipt(departure.message_id, f"ext-{departure.message_id}")

    def _is_asked_too_often(self) -> bool:
        since = self.now - timedelta(seconds=self.seconds)
        recent = 0
        for at, _key in reversed(self.tried):
            if at <= since:
                break
            recent += 1
        return bool(self.count) and recent >= self.count


class Faulty(Channel):
    """Says what the test's service says."""

    kind: ClassVar[str] = "faulty"
    service: ClassVar[Service] = Service()
    heard: ClassVar[dict[bytes, Any]] = {}
    files: ClassVar[dict[str, Any]] = {}
    lines: ClassVar[list[Any]] = []

    def verify(self, call: Call) -> None:
        if b"forged" in call.body:
            raise Refused("hook.forged", "not ours")
        if b"crash at verify" in call.body:
            raise RuntimeError("verify")

    def handshake(self, call: Call) -> Answer | None:
        return Answer(call.query["echostr"].encode()) if "echostr" in call.query else None

    def acknowledge(self, call: Call) -> Answer:
        if b"crash at acknowledge" in call.body:
            raise RuntimeError("acknowledge")
        return Answer(b"success")

    def hear(self, call: Call) -> Batch:
        found = self.heard.get(call.body)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, Batch):
            return found
        if isinstance(found, Arrival):
            return Batch([found])
        raise Refused("hook.malformed", "what is this")

    def fetch(self, reference: str) -> Attachment:
        found = self.files[reference]
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Attachment)
        return found

    @contextmanager
    def listen(self) -> Iterator[Any]:
        line = self.lines[0]
        if isinstance(line, Exception):
            raise line
        yield line

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        self.service.pass_by(0.1)
        return [self.service.take(departure) for departure in departures]

    def typing(self, recipient: Address) -> None:
        self.service.typed.append(recipient.value)

    def try_out(self) -> str:
        if self.settings.get("secret") != "right":
            raise Refused("channel.auth", "The key is wrong.")
        return "小满茶具"


_TOML = """
[plugin]
name = "faulty"
kind = "channel"
version = "1.0"
entry = "tests.plugins.faulty:Faulty"
title = { en = "Faulty", zh = "不可靠" }
summary = { en = "Fails.", zh = "会失败。" }

[settings.secret]
kind = "secret"
title = { en = "Key", zh = "密钥" }

[can]
"""


@contextmanager
def installed(site: Path, can: str) -> Iterator[Manifest]:
    """Install the stand-in with these capabilities, next to what is installed already."""
    (site / "plugin.toml").write_text(_TOML + can, encoding="utf-8")
    manifest = read(site / "plugin.toml")
    with_it = dict(manifests()) | {"faulty": manifest}
    Faulty.service = Service()
    Faulty.heard, Faulty.files, Faulty.lines = {}, {}, []
    with pytest.MonkeyPatch.context() as patch:
        for place in _WHO_ASKS:
            patch.setattr(f"{place}.manifests", lambda: with_it)
        connected._capabilities.cache_clear()
        yield manifest
    connected._capabilities.cache_clear()
