"""What comes to a door, what goes back, and what every translator behind one does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # where nobody noted a time


@dataclass(frozen=True)
class Call:
    """A request at an inbox's door, as it came; or a page that was fetched (with method ``POLL``).

    ``url`` is whole, as its sender wrote it; names of headers are in small letters.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    came_at: datetime = EPOCH

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The address's parameters; of repeated ones the last."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """What a caller is told, where the vendor wants more than an empty 200."""

    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    status: int = 200


class Translator:
    """Stands between one outside service and the house. It keeps no state.

    ``settings`` are what the manifest's form asked for, secrets among them.
    """

    kind: ClassVar[str]

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def of(self, name: str) -> str:
        """Return a setting as text, without space around it."""
        return str(self.settings.get(name) or "").strip()

    def verify(self, call: Call) -> None:
        """Raise Refused (``hook.forged``) unless the caller is genuine. Pure."""
        raise NotImplementedError

    def handshake(self, call: Call) -> Answer | None:
        """Answer a service that tries the address out; None for everything else. After ``verify``. Pure."""
        return None

    def try_out(self) -> str:
        """Try the settings against the real service; return who we are there. Raises Refused."""
        return ""
