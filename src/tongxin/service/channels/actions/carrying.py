"""Carry departures out: claimed in one transaction, said in none, settled in another."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, connection

from tongxin.center.kit import files
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.plain import to_text
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.richtext import to_html
from tongxin.center.people.values import Address
from tongxin.service.channels.actions.keeping import asking_channel
from tongxin.service.channels.actions.mending import mended, unmendable
from tongxin.service.channels.actions.queueing import Claimed, claim
from tongxin.service.channels.actions.settling import Outcome, settle
from tongxin.service.channels.ports import Departure, Enclosure, Failure, Receipt
from tongxin.service.channels.queries import capabilities, door_of, inboxes_by_id
from tongxin.service.channels.values import Capabilities, InboxRow

_RINGS_WITHIN = timedelta(minutes=1)  # nobody expects it any more afterwards
MOST = 50  # at once, so that a batch ends within its lease
_AWAY = (OperationalError, InterfaceError)

log = logging.getLogger(__name__)


def send_from(
    *, inbox_id: int, clock: Callable[[], datetime], luck: Callable[[], float] = random.random
) -> int:
    """Carry out what may go from an inbox now; returns how many were tried. Not within a transaction."""
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    if inbox is None or not inbox.enabled:
        return 0
    can = capabilities(inbox.channel)
    claimed = claim(inbox_id=inbox_id, can=can, most=MOST, now=clock())
    if claimed:
        outcome = _said(inbox, claimed, can, clock())
        settle(claimed=claimed, outcome=outcome, luck=luck, now=clock())
    return len(claimed)


def _said(inbox: InboxRow, claimed: Sequence[Claimed], can: Capabilities, now: datetime) -> Outcome:
    """Hand departures to their channel; return what it said of each. Whatever it raises is transient."""
    try:
        found, lost = _departures(claimed, can, now)
        ready = [replace(one, door=door_of(inbox)) for one in found]
        speaking = asking_channel(inbox)
        if not connection.in_atomic_block:
            connection.close()  # others may want it while we wait for somebody else's service
        return Outcome(lost | (_by_message(speaking.say(ready), ready) if ready else {}))
    except _AWAY:
        raise
    except (Unreachable, OSError) as error:
        return Outcome(_all(claimed, error), nobody=True)
    except Exception as error:
        log.exception("a channel broke off")
        return Outcome(_all(claimed, error), broke=True)


def _all(claimed: Sequence[Claimed], error: Exception) -> dict[int, Receipt]:
    detail = f"{type(error).__name__}: {error}"
    return {one.message_id: _transient(one.message_id, detail) for one in claimed}


def _by_message(receipts: Sequence[Receipt], ready: Sequence[Departure]) -> dict[int, Receipt]:
    asked = {departure.message_id for departure in ready}
    found = {r.message_id: r for r in receipts if r.message_id in asked}
    missing = asked - found.keys()
    return found | {pk: _transient(pk, "the channel gave no receipt") for pk in missing}


def _transient(message_id: int, detail: str) -> Receipt:
    return Receipt(message_id, error=Failure.TRANSIENT, detail=detail)


def _departures(
    claimed: Sequence[Claimed], can: Capabilities, now: datetime
) -> tuple[list[Departure], dict[int, Receipt]]:
    """Return what is to be said, and receipts for what cannot be."""
    names = mended(claimed[0].inbox_id, claimed)
    found = [_departure(one, can, names.get(one.message_id, ()), now) for one in claimed]
    lost = {one.message_id: one for one in found if isinstance(one, Receipt)}
    return [one for one in found if isinstance(one, Departure)], lost


def _departure(
    one: Claimed, can: Capabilities, names: tuple[str, ...], now: datetime
) -> Departure | Receipt:
    """Return what is said; why not, where a file of it is gone, it is too late to ring, or nothing is to be changed."""
    if one.mend_id and (receipt := unmendable(one, names, can)):
        return receipt
    if one.is_call and now - one.created_at > _RINGS_WITHIN:
        return _transient(one.message_id, "too late to ring")
    try:
        enclosed = _enclosures(one, now)
    except Refused:
        return Receipt(one.message_id, error=Failure.MEDIA, detail="a file of it is gone")
    return _spoken(one, enclosed, can, names)


def _spoken(
    one: Claimed, enclosed: tuple[Enclosure, ...], can: Capabilities, names: tuple[str, ...]
) -> Departure:
    said, is_rich = one.payload, can.is_rich
    return Departure(
        message_id=one.message_id,
        key=f"message:{one.message_id}:{one.mend_id}"
        if one.mend_id
        else f"message:{one.message_id}",
        recipient=Address(*said["recipient"]),
        text=to_text(said["text"]),
        written_at=one.created_at,
        html=to_html(said["text"]) if is_rich else "",
        subject=said.get("subject", ""),
        author=said.get("author", ""),
        files=enclosed,
        answers=said.get("answers", ""),
        thread=tuple(said.get("thread", ())),
        token=said.get("token", ""),
        copied=tuple(Address(*address) for address in said.get("copied", ())),
        is_automatic=bool(said.get("is_automatic")),
        template=said.get("template"),
        ring=said.get("ring", ""),
        member_id=said.get("member_id", 0),
        mends=names,
        recalls=bool(said.get("recalls")),
        taken=tuple(one.taken),
    )


def _enclosures(one: Claimed, now: datetime) -> tuple[Enclosure, ...]:
    if not (ids := one.payload.get("file_ids")):
        return ()
    found = files.belonging(workspace_id=one.workspace_id, file_ids=ids)
    return tuple(_enclosure(file, now) for file in found)


def _enclosure(file: files.FileRow, now: datetime) -> Enclosure:
    def address(lasts: timedelta) -> str:
        return files.public_address(file, now=now, kept=lasts)

    read = partial(files.content_of, file_id=file.id)
    return Enclosure(file.name, file.content_type, file.size, read, address)
