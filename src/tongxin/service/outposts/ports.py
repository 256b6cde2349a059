"""The socket of other chats in which colleagues hear what waits, and answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from tongxin.service.channels.ports import Call, Translator


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


class Outpost(Translator):
    """A translator between a room in another chat and the house.

    Where a chat ``has_threads``, an answer stands below what it is about; elsewhere it begins with the
    conversation's number.
    """

    has_threads: ClassVar[bool] = True

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
