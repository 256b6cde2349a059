"""The socket of other chats in which colleagues hear what waits, and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tongxin.service.channels.ports import Answer, Call


@dataclass(frozen=True)
class Said:
    """What somebody answered in a thread. ``external_id`` is unique there; ``author`` is who they are there."""

    external_id: str
    thread: str
    author: str
    text: str


@dataclass(frozen=True)
class Telling:
    """What is told: plain text, and an address that leads to it. In a thread, or as the beginning of one."""

    text: str
    link: str = ""
    thread: str = ""


class Outpost:
    """A translator between a room in another chat and the house. It keeps no state.

    ``settings`` are what the manifest's form asked for, secrets among them.
    """

    kind: ClassVar[str]

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def verify(self, call: Call) -> None:
        """Raise Refused (``hook.forged``) unless the caller is genuine. Pure."""
        raise NotImplementedError

    def handshake(self, call: Call) -> Answer | None:
        """Answer a chat that tries the address out; None for everything else. After ``verify``. Pure."""
        return None

    def hear(self, call: Call) -> Sequence[Said]:
        """Return what colleagues answered in threads; raise Refused (``hook.malformed``). Pure."""
        raise NotImplementedError

    def tell(self, telling: Telling) -> str:
        """Say something in the room; return the thread's name. Raises Refused, Unreachable."""
        raise NotImplementedError

    def email_of(self, author: str) -> str:
        """Return the address that the chat vouches for; "" for strangers. Raises Refused, Unreachable."""
        raise NotImplementedError

    def try_out(self) -> str:
        """Try the settings against the real service; return who we are there. Raises Refused."""
        return ""
