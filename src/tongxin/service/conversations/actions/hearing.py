"""Interpret what came in at inboxes: kept raw until now, taken in once, in one transaction with its outcome."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation

from tongxin.center.accounts.queries import workspace_language
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.signals import tell
from tongxin.center.people.actions import recognize
from tongxin.center.people.queries import people_at
from tongxin.service.channels.actions import (
    Happened,
    KeptCall,
    Opens,
    Outcome,
    alone,
    hold_calls,
    inboxes_with_calls,
    next_calls,
    note_heard,
    note_openings,
    progress,
    settle_calls,
    tell_events,
)
from tongxin.service.channels.ports import EDITED, RECALLED, Arrival, Batch, Channel, Kind
from tongxin.service.channels.queries import adapter, capabilities, inboxes_by_id
from tongxin.service.channels.values import MESSAGE, NEWS, CallState, Heard, InboxRow
from tongxin.service.conversations.actions.correcting import Corrected, correct
from tongxin.service.conversations.actions.enclosing import Brought, bring, keep, remark
from tongxin.service.conversations.actions.happening import happen
from tongxin.service.conversations.actions.introducing import (
    introduced,
    introductions,
    take_word,
)
from tongxin.service.conversations.actions.letters import keep_raw
from tongxin.service.conversations.actions.receive import receive

_AT_ONCE = 50
MOST_ATTEMPTS = 5
_PAUSE = timedelta(seconds=2)
_AWAY = (OperationalError, InterfaceError)
_CHANGES = frozenset({EDITED, RECALLED})
_COMES = frozenset({"subscribe", "start", "scan", "enter", "menu"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Understood:
    """What a call means, with the files that its arrivals brought."""

    kept: KeptCall
    batch: Batch
    brought: Sequence[Brought] = field(default=())


def hear_calls(*, now: datetime) -> int:
    """Interpret what waits, inbox by inbox; returns how many calls were looked at."""
    return sum(_hear_inbox(inbox_id, now) for inbox_id in inboxes_with_calls(now=now))


def _hear_inbox(inbox_id: int, now: datetime) -> int:
    with alone("hear", inbox_id) as ours:
        waiting = next_calls(inbox_id=inbox_id, limit=_AT_ONCE, now=now) if ours else []
        if not waiting:
            return 0
        inbox = inboxes_by_id(inbox_ids=[inbox_id])[inbox_id]
        try:
            channel = adapter(inbox)
        except _AWAY:
            raise
        except Exception as error:
            log.exception("inbox %s has no channel", inbox_id)
            settle_calls(outcomes=[_later(kept, "channel.missing", error, now) for kept in waiting])
            return len(waiting)
        with translation.override(workspace_language(workspace_id=inbox.workspace_id)):
            looked = [_understood(channel, kept, now) for kept in waiting]
        settle_calls(outcomes=[one for one in looked if isinstance(one, Outcome)])
        heard = [one for one in looked if isinstance(one, Understood)]
        _take_all(inbox, _introduced(channel, inbox, heard), now)
        return len(waiting)


def _understood(channel: Channel, kept: KeptCall, now: datetime) -> Understood | Outcome:
    try:
        batch = channel.hear(kept.call)
        patient = kept.attempts + 1 < MOST_ATTEMPTS
        return Understood(kept, batch, [bring(channel, one, patient) for one in batch.arrivals])
    except _AWAY:
        raise
    except Unreachable as error:
        return _later(kept, "channel.unreachable", error, now)
    except Refused as refused:
        return Outcome(kept.id, CallState.BROKEN, refused.code, str(refused.detail))
    except Exception as error:
        log.exception("a channel could not hear call %s", kept.id)
        return Outcome(
            kept.id, CallState.BROKEN, "hook.crashed", f"{type(error).__name__}: {error}"
        )


def _later(kept: KeptCall, code: str, error: Exception, now: datetime) -> Outcome:
    due_at = now + _PAUSE * 2 ** min(kept.attempts, 10)
    return Outcome(kept.id, CallState.NEW, code, f"{type(error).__name__}: {error}", due_at)


def _introduced(
    channel: Channel, inbox: InboxRow, understood: Sequence[Understood]
) -> list[Understood]:
    told = introductions(channel, inbox, [b.arrival for one in understood for b in one.brought])
    if not told:
        return list(understood)
    return [
        replace(one, brought=[replace(b, arrival=introduced(b.arrival, told)) for b in one.brought])
        for one in understood
    ]


def _take_all(inbox: InboxRow, understood: Sequence[Understood], now: datetime) -> None:
    """Take in many calls at once; where one of them breaks that, one by one."""
    try:
        _take(inbox, understood, now)
    except _AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - one of them may have broken it
        if len(understood) == 1:
            _break(understood[0], error)
            return
        for one in understood:
            _take_all(inbox, [one], now)
    else:
        _believe(inbox, understood, now)


def _believe(inbox: InboxRow, understood: Sequence[Understood], now: datetime) -> None:
    """Take the service's word for further addresses; the messages are here whatever becomes of that."""
    try:
        take_word(inbox, [b.arrival for one in understood for b in one.brought], now)
    except _AWAY:
        raise
    except Exception:
        log.exception("inbox %s vouched for what could not be noted", inbox.id)


def _break(one: Understood, error: Exception) -> None:
    log.warning("call %s could not be taken in: %r", one.kept.id, error)
    code, detail = (
        (error.code, str(error.detail))
        if isinstance(error, Refused)
        else ("hook.unwritable", repr(error))
    )
    settle_calls(outcomes=[Outcome(one.kept.id, CallState.BROKEN, code, detail)])


@transaction.atomic
def _take(inbox: InboxRow, understood: Sequence[Understood], now: datetime) -> None:
    ours = hold_calls(call_ids=[one.kept.id for one in understood])
    taken = [one for one in understood if one.kept.id in ours]
    brought = [b for one in taken for b in one.brought]
    said = [keep(inbox, b, now) for b in brought if b.arrival.kind is not Kind.EVENT]
    heard = [Heard(inbox.id, inbox.workspace_id, inbox.channel, arrival) for arrival, _lost in said]
    received = receive(heard=heard, now=now) if heard else []
    keep_raw(inbox, [(a, to) for (a, _lost), to in zip(said, received, strict=True)], now)
    for (_arrival, lost), where in zip(said, received, strict=True):
        if lost and where.is_fresh:
            remark(inbox, where, lost, now)
    arrivals = [b.arrival for b in brought]
    unknown = _take_events(inbox, taken, now)
    if capabilities(inbox.channel).window:
        note_openings(openings=[_opens(inbox, a) for a in arrivals])
    unknown |= progress(
        inbox_id=inbox.id, told=[p for one in taken for p in one.batch.progress], now=now
    )
    settle_calls(outcomes=[_outcome(one, unknown, now) for one in taken])
    note_heard(inbox_id=inbox.id, at=now)
    if any(one.batch.has_news for one in taken):
        tell(NEWS, [{"i": inbox.id}])


def _take_events(inbox: InboxRow, taken: Sequence[Understood], now: datetime) -> set[str]:
    """Take in what is no message; return the names of messages that were changed and are not here (yet)."""
    events = [b.arrival for one in taken for b in one.brought if b.arrival.kind is Kind.EVENT]
    changes = [a for a in events if a.mends and a.event in _CHANGES]
    corrected = correct(inbox=inbox, changes=changes, now=now)
    early = {a.external_id for one in taken if _is_patient(one) for a in _unknown(one, corrected)}
    others = [a for a in events if a.external_id not in corrected.done | early]
    _tell_events(inbox, happen(inbox=inbox, events=others, now=now), now)
    return set(corrected.unknown)


def _unknown(one: Understood, corrected: Corrected) -> list[Arrival]:
    return [b.arrival for b in one.brought if b.arrival.mends in corrected.unknown]


def _is_patient(one: Understood) -> bool:
    return one.kept.attempts + 1 < MOST_ATTEMPTS


def _outcome(one: Understood, unknown: set[str], now: datetime) -> Outcome:
    """A call is done, unless it tells of a message whose name we may not have written down yet."""
    named = {p.external_id for p in one.batch.progress} | {b.arrival.mends for b in one.brought}
    if named & unknown and _is_patient(one):
        return Outcome(
            one.kept.id,
            CallState.NEW,
            "progress.unknown",
            due_at=now + _PAUSE * 2**one.kept.attempts,
        )
    return Outcome(one.kept.id, CallState.DONE)


def _tell_events(inbox: InboxRow, events: Sequence[Arrival], now: datetime) -> None:
    if events:
        people = _people_of(inbox, events, now)
        tell_events(happened=list(_happened(inbox, events, people)), now=now)


def _people_of(
    inbox: InboxRow, events: Sequence[Arrival], now: datetime
) -> Mapping[tuple[str, str], int]:
    """Return who did it. Who comes to us is met by that, or how they found us would be nobody's."""
    addresses = {(a.sender.kind, a.sender.value) for a in events}
    known = dict(people_at(workspace_id=inbox.workspace_id, addresses=addresses))
    coming = {
        (a.sender.kind, a.sender.value): (inbox.workspace_id, a.sender)
        for a in events
        if a.event in _COMES and (a.sender.kind, a.sender.value) not in known
    }
    if coming:
        met = recognize(spots=list(coming.values()), proof=inbox.channel, now=now)
        known |= {(kind, value): one.person_id for (_pk, kind, value), one in met.items()}
    return known


def _happened(
    inbox: InboxRow, events: Sequence[Arrival], people: Mapping[tuple[str, str], int]
) -> Iterable[Happened]:
    for a in events:
        yield Happened(
            inbox.workspace_id, inbox.id, a.external_id, a.event, a.source,
            people.get((a.sender.kind, a.sender.value)), a.sent_at,
        )  # fmt: skip


def _opens(inbox: InboxRow, arrival: Arrival) -> Opens:
    after = (arrival.event if arrival.kind is Kind.EVENT else MESSAGE)[:32]
    return Opens(inbox.id, arrival.sender.kind, arrival.sender.value, after, arrival.sent_at)
