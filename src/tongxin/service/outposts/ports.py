"""The socket of other chats in which colleagues hear what waits, and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tongxin.service.channels.ports import Answer, Call


@dataclass(frozen=True)
class Said:
    """What somebody answered. ``external_id`` is unique there; ``author`` is who they are there, "" for outsiders.

    It answers what ``thread`` names, or the conversations whose ``numbers`` they wrote or quoted; together these
    have to mean one. What is said ``to_us`` gets an answer even where it means none. ``text`` is empty where
    something else than words came, which is not passed on.
    """

    external_id: str
    thread: str
    author: str
    text: str
    numbers: tuple[int, ...] = ()
    to_us: bool = False


@dataclass(frozen=True)
class Telling:
    """What is told: plain text, and an address that leads to it, with what a button to it says.

    In a thread, or as the beginning of one.
    """

    text: str
    link: str = ""
    thread: str = ""
    button: str = ""


class Outpost:
    """A translator between a room in another chat and the house. It keeps no state.

    ``settings`` are what the manifest's form asked for, secrets among them. Where a chat ``has_threads``, an answer
    stands below what it is about; elsewhere it begins with the conversation's number.
    """

    kind: ClassVar[str]
    has_threads: ClassVar[bool] = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def of(self, name: str) -> str:
        """Return a setting as text, without space around it."""
        return str(self.settings.get(name) or "").strip()

    def verify(self, call: Call) -> None:
        """Raise Refused (``hook.forged``) unless the caller is genuine. Pure."""
        raise NotImplementedError

    def handshake(self, call: Call) -> Answer | None:
        """Answer a chat that tries the address out; None for everything else. After ``verify``. Pure."""
        return None

    def hear(self, call: Call) -> Sequence[Said]:
        """Return what colleagues answered; raise Refused (``hook.malformed``). Pure."""
        raise NotImplementedError

    def room_of(self, call: Call) -> str:
        """Return where a call comes from, as long as no room is set and its ID is hard to find; else "". Pure."""
        return ""

    def tell(self, telling: Telling) -> str:
        """Say something in the room; return the thread's name. Raises Refused, Unreachable."""
        raise NotImplementedError

    def email_of(self, author: str) -> str:
        """Return the address that the chat vouches for; "" for strangers. Raises Refused, Unreachable."""
        raise NotImplementedError

    def try_out(self) -> str:
        """Try the settings against the real service; return who we are there. Raises Refused."""
        return ""
