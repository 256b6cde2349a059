"""Who is written to, and whether the mail was kept: what a mail server is told."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import InterfaceError, OperationalError, connection, transaction

from tongxin.center.kit.batching import Batcher, Full
from tongxin.service.channels.actions import keep_calls
from tongxin.service.channels.ports import Call
from tongxin.service.channels.queries import mailboxes
from tongxin.service.channels.values import InboxRow

LARGEST = 64 * 1024 * 1024
_METHOD = "MAIL"
_KNOWN, _NOBODY, _LATER = (
    "250 2.1.5 OK",
    "550 5.1.1 Nobody has this address here",
    "451 4.3.0 Try again later",
)
_KEPT, _MOST_RECIPIENTS = "250 2.6.0 Kept", 100

log = logging.getLogger(__name__)

Letter = tuple[InboxRow, Call]
Answer = TypeVar("Answer")


class Door:
    """What aiosmtpd asks at each step of a transfer."""

    def __init__(self, *, by_recipient: bool) -> None:
        """With ``by_recipient`` each recipient gets an answer of their own at the end, as LMTP wants it."""
        self._by_recipient = by_recipient
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="post")
        # Who a mail is for is asked once, when its recipients are named.
        self._found: WeakKeyDictionary[Envelope, dict[str, InboxRow]] = WeakKeyDictionary()
        self._batcher: Batcher[Sequence[Letter], None] = Batcher(self._keep, most=100, waiting=1000)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:  # fmt: skip
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            found = await self._run(lambda: mailboxes(addresses=[address]))
        except Exception:
            log.exception("an address could not be looked up")
            return _LATER
        if not found:
            return _NOBODY
        self._found.setdefault(envelope, {}).update(found)
        envelope.rcpt_tos.append(address)
        return _KNOWN

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._kept(envelope)
        times = len(envelope.rcpt_tos) if self._by_recipient else 1
        return "\r\n".join([answer] * times)

    async def drain(self) -> None:
        """Finish what was taken in, and take no more."""
        await self._batcher.drain()
        await self._run(_let_go)
        self._threads.shutdown()

    async def _kept(self, envelope: Envelope) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode()
        try:
            found = self._found.pop(envelope, {})
            await self._batcher.ask(_letters(envelope.rcpt_tos, found, raw))
        except Full:
            return _LATER
        except Exception:
            log.exception("a mail could not be kept")
            return _LATER
        return _KEPT

    async def _keep(self, batch: Sequence[Sequence[Letter]]) -> Sequence[Exception | None]:
        await self._run(lambda: _write([letter for letters in batch for letter in letters]))
        return [None] * len(batch)

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _guarded, work)


def _letters(
    recipients: Sequence[str], found: Mapping[str, InboxRow], raw: bytes
) -> Sequence[Letter]:
    """Return the mail once for each inbox, with the addresses it was handed over for at its head."""
    by_inbox: dict[int, list[str]] = defaultdict(list)
    inboxes = {inbox.id: inbox for inbox in found.values()}
    for recipient in recipients:
        if recipient in found:
            by_inbox[found[recipient].id].append(recipient)
    return [
        (inboxes[pk], Call(_METHOD, "", {}, _delivered_to(theirs) + raw))
        for pk, theirs in by_inbox.items()
    ]


def _delivered_to(recipients: Sequence[str]) -> bytes:
    lines = [f"Delivered-To: {one}\r\n" for one in recipients]
    return "".join(lines).encode(errors="replace")


@transaction.atomic
def _write(letters: Sequence[Letter]) -> None:
    now = datetime.now(UTC)
    by_inbox: dict[int, list[Call]] = defaultdict(list)
    inboxes = {inbox.id: inbox for inbox, _call in letters}
    for inbox, call in letters:
        by_inbox[inbox.id].append(call)
    for pk, calls in sorted(by_inbox.items()):
        keep_calls(inbox=inboxes[pk], calls=calls, now=now)


def _let_go() -> None:
    connection.close()  # the one of this thread


def _guarded(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
        raise
