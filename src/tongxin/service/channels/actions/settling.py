"""What became of departures: noted in one transaction, with what it means for their inbox."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean, clip
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, Fact, about
from tongxin.service.channels.actions.openings import close_openings, use_openings
from tongxin.service.channels.actions.queueing import Claimed
from tongxin.service.channels.events import (
    DepartureFailed,
    DepartureMended,
    DepartureMendFailed,
    DepartureSent,
    InboxHeld,
)
from tongxin.service.channels.ports import Failure, Receipt
from tongxin.service.channels.rules import MOST_ATTEMPTS, back_off, hold_for
from tongxin.service.channels.values import LONGEST_NAME, DepartureState

_UNTIL_MENDED = timedelta(minutes=5)
_LONGEST_LIFE = timedelta(days=3)  # of a message whose service is down
_AGAIN = frozenset({"", Failure.RATE, Failure.AUTH, Failure.TRANSIENT})
_LONGEST_DETAIL = 2000
_HOUSE = "house:0"
_GATE = "SELECT falls, hold_reason FROM channels_gate WHERE inbox_id = %s FOR UPDATE"
_SETTLE = """
UPDATE channels_departure d SET state = s.state, attempts = s.attempts, due_at = COALESCE(s.due_at, d.due_at),
    claimed_until = NULL, alone = s.alone OR (d.alone AND s.state = 'waiting'), failure = s.failure, detail = s.detail,
    external_id = s.external_id, parts = s.parts, sent_at = s.sent_at
FROM json_to_recordset(%s) AS s (id bigint, state text, attempts int, due_at timestamptz, failure text,
    detail text, external_id text, parts text[], sent_at timestamptz, alone bool)
WHERE d.id = s.id AND d.state = 'waiting' RETURNING d.id
"""
_NOTE_GATE = """
UPDATE channels_gate SET falls = %(falls)s, held_until = %(until)s, hold_reason = %(reason)s,
    last_sent_at = CASE WHEN %(sent)s THEN %(now)s ELSE last_sent_at END,
    last_error = CASE WHEN %(error)s = '' THEN last_error ELSE %(error)s END,
    last_error_at = CASE WHEN %(error)s = '' THEN last_error_at ELSE %(now)s END
WHERE inbox_id = %(inbox)s
"""


@dataclass(frozen=True)
class Settled:
    """What becomes of one departure."""

    claimed: Claimed
    state: DepartureState
    attempts: int
    due_at: datetime | None = None
    failure: str = ""
    detail: str = ""
    external_id: str = ""
    parts: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a channel said of a batch, by message; instead of saying it, it ``broke``, or nobody answered."""

    receipts: Mapping[int, Receipt]
    broke: bool = False
    nobody: bool = False


@dataclass
class Round:
    """What a batch came to, for the inbox as a whole."""

    now: datetime
    luck: Callable[[], float]
    nobody: bool = False  # answered
    settled: list[Settled] = field(default_factory=list)
    asked: float = 0.0  # seconds, by a service that is asked too often

    def has(self, failure: Failure) -> bool:
        return any(one.failure == failure for one in self.settled)

    @property
    def went(self) -> bool:
        return any(one.state is DepartureState.SENT for one in self.settled)

    @property
    def is_down(self) -> bool:
        """Whether nothing went through, though several were to, or because nobody answered."""
        several = len(self.settled) > 1 or self.nobody
        return several and all(s.failure == Failure.TRANSIENT for s in self.settled)


@transaction.atomic
def settle(
    *, claimed: Sequence[Claimed], outcome: Outcome, luck: Callable[[], float], now: datetime
) -> int:
    """Note what became of a batch of one inbox; returns how many its channel took."""
    inbox_id = claimed[0].inbox_id
    [(falls, held_for)] = rows(_GATE, [inbox_id])
    made = Round(now, luck, outcome.nobody)
    for one in claimed:
        receipt = outcome.receipts[one.message_id]
        made.asked = max(made.asked, receipt.retry_after)
        made.settled.append(_settled(one, receipt, made))
    if made.is_down:
        made.settled = [_spared(one, outcome.broke, now) for one in made.settled]
    noted = _note(made.settled, now)
    sent = [s for s in made.settled if s.state is DepartureState.SENT and s.claimed.id in noted]
    use_openings(inbox_id=inbox_id, recipients=_spoken_to(made.settled, noted), now=now)
    close_openings(inbox_id=inbox_id, refused=_shut(made))
    _note_gate(inbox_id, made, falls, held_for)
    record([*_facts(made, noted), *_held(inbox_id, made, held_for)])
    return len(sent)


def _settled(one: Claimed, receipt: Receipt, made: Round) -> Settled:
    detail, error = clip(clean(receipt.detail), _LONGEST_DETAIL), str(receipt.error)
    name, *parts = (clean(n)[:LONGEST_NAME] for n in (receipt.external_id, *receipt.parts))
    if not error:
        if one.mend_id:  # what it changes has the name already
            return Settled(one, DepartureState.SENT, one.attempts + 1)
        return Settled(
            one, DepartureState.SENT, one.attempts + 1, external_id=name, parts=tuple(parts)
        )
    return replace(_stopped(one, error, detail, made), parts=tuple(parts or one.taken))


def _stopped(one: Claimed, error: str, detail: str, made: Round) -> Settled:
    """Return what becomes of a departure that its channel did not take, or not whole."""
    if error not in _AGAIN or one.is_call:
        return Settled(
            one, DepartureState.DEAD, one.attempts + 1, failure=error[:32], detail=detail
        )
    if error != Failure.TRANSIENT:  # it is the inbox that waits
        return Settled(one, DepartureState.WAITING, one.attempts, None, error, detail)
    attempts = one.attempts + 1
    if attempts >= MOST_ATTEMPTS or made.now - one.created_at > _LONGEST_LIFE:
        return Settled(one, DepartureState.DEAD, attempts, failure=error, detail=detail)
    due_at = made.now + back_off(attempts, made.luck())
    return Settled(one, DepartureState.WAITING, attempts, due_at, error, detail)


def _spared(one: Settled, broke: bool, now: datetime) -> Settled:
    """The service is down: that is not this message's fault, unless it has been so for days.

    Where the channel broke off instead of saying so, one of them may be why: each goes alone from now on.
    """
    if one.claimed.is_call or now - one.claimed.created_at > _LONGEST_LIFE:
        return one
    return replace(
        one, state=DepartureState.WAITING, attempts=one.claimed.attempts, due_at=one.due_at or now,
        alone=broke,
    )  # fmt: skip


def _note(settled: Iterable[Settled], now: datetime) -> set[int]:
    noted = [
        {
            "id": s.claimed.id, "state": s.state, "attempts": s.attempts, "due_at": s.due_at,
            "failure": s.failure, "detail": s.detail, "external_id": s.external_id, "parts": s.parts,
            "sent_at": now if s.state is DepartureState.SENT else None, "alone": s.alone,
        }
        for s in settled
    ]  # fmt: skip
    return {pk for (pk,) in rows(_SETTLE, [table(noted)])}


def _note_gate(inbox_id: int, made: Round, falls: int, held_for: str) -> None:
    fell = made.has(Failure.RATE) or made.is_down
    falls = falls + 1 if fell else 0 if made.went else falls
    until, reason = None, ""
    if made.has(Failure.AUTH):
        until, reason = made.now + _UNTIL_MENDED, Failure.AUTH.value
    elif fell:
        until = made.now + hold_for(falls, made.asked, made.luck())
        reason = (Failure.RATE if made.has(Failure.RATE) else Failure.TRANSIENT).value
    error = next((s.detail or s.failure for s in made.settled if s.failure), "")
    values: dict[str, Any] = {
        "inbox": inbox_id, "falls": min(falls, 100), "until": until, "reason": reason, "sent": made.went,
        "error": error, "now": made.now,
    }  # fmt: skip
    rows(_NOTE_GATE, values)


def _facts(made: Round, noted: set[int]) -> Iterator[Fact]:
    for s in made.settled:
        where = _about(s.claimed, made.now)
        if s.claimed.id not in noted or s.state is DepartureState.WAITING:
            continue
        which = {"inbox_id": s.claimed.inbox_id, "message_id": s.claimed.message_id}
        if s.claimed.mend_id:
            yield _of_mend(s, made.now)
        elif s.state is DepartureState.SENT:
            yield DepartureSent(**where, **which, external_id=s.external_id)
        else:
            yield DepartureFailed(**where, **which, failure=s.failure)


def _of_mend(s: Settled, now: datetime) -> Fact:
    where, one = _about(s.claimed, now), s.claimed
    if s.state is DepartureState.SENT:
        return DepartureMended(
            **where, inbox_id=one.inbox_id, message_id=one.message_id, mend_id=one.mend_id
        )
    return DepartureMendFailed(
        **where, inbox_id=one.inbox_id, message_id=one.message_id, mend_id=one.mend_id, failure=s.failure,
    )  # fmt: skip


def _spoken_to(settled: Iterable[Settled], noted: set[int]) -> list[Any]:
    """Return who was told something, once for each message there; a change counts for nobody's window."""
    told = (s for s in settled if s.claimed.id in noted and not s.claimed.mend_id)
    return [s.claimed.payload["recipient"] for s in told for _ in range(_new_messages(s))]


def _new_messages(s: Settled) -> int:
    """Return as how many messages something of it got there just now."""
    if not s.parts:
        return int(s.state is DepartureState.SENT)
    return len(s.parts) - len(s.claimed.taken)


def _shut(made: Round) -> list[tuple[str, str, datetime]]:
    """Return whose windows are closed, as their service says: address, and when was written what it refused."""
    shut = (s.claimed for s in made.settled if s.failure == Failure.WINDOW_CLOSED)
    return [(*one.payload["recipient"][:2], one.created_at) for one in shut]


def _held(inbox_id: int, made: Round, held_for: str) -> Iterator[Fact]:
    """Say that an inbox needs somebody, the first time that it does."""
    if made.has(Failure.AUTH) and held_for != Failure.AUTH:
        one = made.settled[0].claimed
        where = about(one.workspace_id, _HOUSE, "inbox", inbox_id, made.now)
        yield InboxHeld(**where, inbox_id=inbox_id, reason=Failure.AUTH.value)


def _about(one: Claimed, now: datetime) -> About:
    return about(one.workspace_id, _HOUSE, "message", one.message_id, now)
