"""Read a mailbox by IMAP (RFC 3501, IDLE by RFC 2177, MOVE by RFC 6851).

The cursor is ``UIDVALIDITY:UID`` of the last mail that was handed over (``Place``). A mail is marked or moved only when
the next page is asked for: then the house has kept it. Whatever is read twice is known by its id.
"""

import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from tongxin.plugins.channel_email.entry import Entry
from tongxin.sdk import Line, Page, Undelivered, Unreachable

_PATIENCE = 30.0
_MOST_MAILS, _MOST_BYTES = 20, 20 * 1024 * 1024
_LARGEST = 64 * 1024 * 1024  # of a larger mail the rest stays in the mailbox
_BACK = timedelta(
    days=7
)  # how far a mailbox is read at the first time, and after it was numbered anew
_IDLES = 240.0  # seconds; servers may hang up after half an hour of silence
_GLANCES = 10.0  # seconds between two looks where the server cannot call us
_LOST = (OSError, IMAPClientError)


@contextmanager
def opened(settings: Mapping[str, Any], entry: Entry) -> Iterator["Mailbox"]:
    """Open the mailbox of these settings. Raises Unreachable, also for a wrong password; and Undelivered."""
    try:
        client = entry.let_in(lambda: _connected(settings, entry))
    except _LOST as failure:
        raise Unreachable(_words(failure)) from failure
    try:
        yield Mailbox(client, settings)
    finally:
        with suppress(*_LOST):
            client.logout()


@contextmanager
def listened_at(settings: Mapping[str, Any], entry: Entry) -> Iterator["Mailbox"]:
    """Open the mailbox of these settings. Raises nothing but Unreachable."""
    try:
        with opened(settings, entry) as mailbox:
            yield mailbox
    except Undelivered as refused:
        raise Unreachable(refused.detail) from refused


def _connected(settings: Mapping[str, Any], entry: Entry) -> IMAPClient:
    security = settings["imap_security"]
    client = IMAPClient(
        str(settings["imap_host"]), int(settings["imap_port"]), ssl=security == "tls",
        ssl_context=ssl.create_default_context() if security == "tls" else None, timeout=_PATIENCE,
    )  # fmt: skip
    try:
        if security == "starttls":
            client.starttls(ssl.create_default_context())
        entry.by_imap(client)
    except (*_LOST, Undelivered, Unreachable):
        with suppress(*_LOST):
            client.shutdown()
        raise
    return client


@dataclass(frozen=True)
class Place:
    """How far a folder was read; until ``until``, if that is further, only what nobody has read yet."""

    validity: int
    last: int
    until: int = 0

    def __str__(self) -> str:
        words = (self.validity, self.last, self.until) if self.until else (self.validity, self.last)
        return ":".join(map(str, words))


class Mailbox(Line):
    """One folder, open as long as somebody listens."""

    def __init__(self, client: IMAPClient, settings: Mapping[str, Any]) -> None:
        self._client, self._settings = client, settings
        chosen = client.select_folder(str(settings["folder"] or "INBOX"))
        self._validity = int(chosen[b"UIDVALIDITY"])
        self._handed: list[int] = []
        self._can_idle: bool = client.has_capability("IDLE")

    def next(self, cursor: str, seconds: float) -> Page:
        """Return mails after the cursor, the oldest first; wait for one at most so long."""
        try:
            self._put_away()
            page = self._read(self._place(cursor))
            if not page.bodies and not page.has_more:
                self._wait(seconds)
                page = self._read(self._place(page.cursor))
        except _LOST as failure:
            raise Unreachable(_words(failure)) from failure
        return page

    def _place(self, cursor: str) -> Place:
        """Return where to go on; where the folder is new to us, or numbered anew, with what is unread."""
        numbers = [int(word) for word in cursor.split(":") if word.isdecimal()]
        if len(numbers) > 1 and numbers[0] == self._validity:
            return Place(*numbers[:3])
        return Place(self._validity, 0, max(self._client.search("ALL"), default=0))

    def _read(self, place: Place) -> Page:
        found = self._after(place)
        chosen = self._fitting(found)
        bodies = self._bodies(chosen)
        self._handed = list(bodies)
        has_more = len(chosen) < len(found)
        if has_more:
            place = replace(place, last=chosen[-1])
        elif place.until:
            place, has_more = Place(place.validity, place.until), True
        elif chosen:
            place = replace(place, last=chosen[-1])
        return Page(list(bodies.values()), str(place), has_more)

    def _after(self, place: Place) -> list[int]:
        first = place.last + 1
        if place.until:
            since = (datetime.now(UTC) - _BACK).date()  # noqa: TID251 - asked of a server, now
            asked = ["UNSEEN", "SINCE", since, "UID", f"{first}:{max(first, place.until)}"]
        else:
            asked = ["UID", f"{first}:*"]
        # A range whose end is beyond the last mail always has that one in it (RFC 3501, section 6.4.8).
        return sorted(uid for uid in self._client.search(asked) if uid > place.last)

    def _fitting(self, found: Sequence[int]) -> list[int]:
        """Return the first of these mails, as many as a page may hold, but at least one."""
        sizes = self._client.fetch(found, ["RFC822.SIZE"]) if found else {}
        chosen, total = list[int](), 0
        for uid in found[:_MOST_MAILS]:
            total += min(_LARGEST, int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)))
            if chosen and total > _MOST_BYTES:
                break
            chosen.append(uid)
        return chosen

    def _bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return whole mails; one that another program took away meanwhile is left out."""
        told = self._client.fetch(uids, [f"BODY.PEEK[]<0.{_LARGEST}>"]) if uids else {}
        bodies = {uid: _body(told.get(uid, {})) for uid in uids}
        return {uid: body for uid, body in bodies.items() if body}

    def _wait(self, seconds: float) -> None:
        if not self._can_idle:
            time.sleep(min(seconds, _GLANCES))
            self._client.noop()
            return
        self._client.idle()
        try:
            self._client.idle_check(timeout=min(seconds, _IDLES))
        finally:
            self._client.idle_done()

    def _put_away(self) -> None:
        """Do with the mails that the house has now what the settings say."""
        handed, self._handed = self._handed, []
        after, folder = self._settings["after"], str(self._settings["moves_to"] or "")
        if not handed or after == "nothing":
            return
        self._client.add_flags(handed, [SEEN], silent=True)
        if after == "move" and folder:
            self._move(handed, folder)

    def _move(self, uids: Sequence[int], folder: str) -> None:
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
        if self._client.has_capability("MOVE"):
            self._client.move(uids, folder)
            return
        self._client.copy(uids, folder)
        self._client.delete_messages(uids, silent=True)
        self._client.expunge(uids if self._client.has_capability("UIDPLUS") else None)


def _body(told: Mapping[bytes, Any]) -> bytes:
    """Return the mail among what a server told of it, however it spells the section's name."""
    return next(
        (v for k, v in told.items() if k.startswith(b"BODY[]") and isinstance(v, bytes)), b""
    )


def _words(failure: Exception) -> str:
    """Return a server's words; imaplib gives them as a picture of bytes."""
    return re.sub(r"""\bb(['"])(.*?)\1""", r"\2", str(failure))[:500]
