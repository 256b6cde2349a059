"""How conversations stand after they were merged or split, and after that was undone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from tongxin.service.conversations.rules.showing import preview
from tongxin.service.conversations.values import Kind, Status, Woke

_LAST = ("last_message_id", "last_at", "last_text", "last_kind")
_CLOCK = ("waiting_since", "unanswered", "wants_human")
_TIMES = frozenset({"snoozed_until", "waiting_since", "first_reply_at", "resolved_at", "last_at"})
_OURS = frozenset({Status.NEW, Status.OPEN})


@dataclass(frozen=True)
class Standing:
    """All of a conversation that a merge or a split may change."""

    status: str
    label_id: int | None
    topic_id: int | None
    assignee_id: int | None
    is_snoozed: bool
    snoozed_until: datetime | None
    woke: str
    wants_human: bool
    waiting_since: datetime | None
    unanswered: int
    first_reply_at: datetime | None
    resolved_at: datetime | None
    last_message_id: int
    last_at: datetime
    last_text: str
    last_kind: str
    member_seen_id: int
    answers_id: int | None
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A message in or out, as it moves a conversation on; ``member_id``: who of us said it."""

    message_id: int
    kind: str
    at: datetime
    text: str
    member_id: int | None = None


NAMES = tuple(field.name for field in fields(Standing))


def merged(target: Standing, source: Standing, answers_id: int | None) -> Standing:
    """Return how a conversation stands that took another in; its own words go before the other's.

    Whoever waits in either waits in it, since the earlier time. What is settled goes on where the other
    is not. ``answers_id``: by whom the source's person is answered, if it is the same person.
    """
    latest = source if source.last_message_id > target.last_message_id else target
    return replace(
        target,
        **_turn(target, source),
        topic_id=_first(target.topic_id, source.topic_id),
        assignee_id=_first(target.assignee_id, source.assignee_id),
        wants_human=target.wants_human or source.wants_human,
        unanswered=target.unanswered + source.unanswered,
        first_reply_at=_least(target.first_reply_at, source.first_reply_at),
        **{name: getattr(latest, name) for name in _LAST},
        member_seen_id=_seen(target, source),
        answers_id=answers_id if latest is source and answers_id else target.answers_id,
        attributes={**source.attributes, **target.attributes},
    )


def cleared(source: Standing, now: datetime) -> Standing:
    """Return how a conversation stands that was merged away: nothing is left to do in it."""
    return replace(
        source, status=Status.RESOLVED.value, label_id=None, resolved_at=source.resolved_at or now,
        waiting_since=None, unanswered=0, wants_human=False, is_snoozed=False, snoozed_until=None,
        woke="",
    )  # fmt: skip


def after(standing: Standing, said: Iterable[Said]) -> Standing:
    """Return how a conversation stands after more was said in it."""
    for one in said:
        standing = _heard(standing, one) if one.kind == Kind.IN else _answered(standing, one)
    return standing


def part(of: Standing, said: Sequence[Said], seen_id: int, now: datetime) -> Standing:
    """Return how what was split off stands: as if only this had been said, with the same owner."""
    blank = replace(
        cleared(of, now), status=Status.NEW.value, topic_id=None, resolved_at=None, first_reply_at=None,
        last_message_id=0, last_at=now, last_text="", last_kind=Kind.IN.value, attributes={},
        answers_id=None,
    )  # fmt: skip
    return replace(after(blank, said), assignee_id=of.assignee_id, member_seen_id=seen_id)


def without(of: Standing, last: Said | None, gone: int, since: datetime | None) -> Standing:
    """Return how a conversation stands from which something was split off.

    ``last``: the latest that was said of what stays; ``gone``: how many of those that nobody had answered
    went; ``since``: when the first of those that stay was said.
    """
    left = max(0, of.unanswered - gone)
    kept = of
    if last is not None and last.message_id != of.last_message_id:
        kept = replace(of, **_last(last))
    if not gone:
        return kept
    status = Status.WAITING.value if not left and of.status in _OURS else of.status
    return replace(
        kept, status=status, label_id=of.label_id if status == of.status else None, unanswered=left,
        waiting_since=(since or of.waiting_since) if left and of.waiting_since else None,
        wants_human=of.wants_human and left > 0,
    )  # fmt: skip


def undone(before: Standing, became: Standing, now: Standing, said: Sequence[Said]) -> Standing:
    """Return how a conversation stands when a merge or a split is undone.

    Everything is as it was ``before``, and moved on by what was ``said`` since; but for what somebody
    changed since it ``became`` otherwise: that stays as it is ``now``.
    """
    since = after(before, said)
    if now == became:
        return since
    kept = {
        name: getattr(now, name)
        for name in NAMES
        if name not in _LAST and getattr(now, name) != getattr(became, name)
    }
    if "status" not in kept:
        kept = {name: value for name, value in kept.items() if name not in _CLOCK}
    return _consistent(replace(since, **kept))


def changes(before: Standing, became: Standing) -> dict[str, list[Any]]:
    """Return how it was and how it became, by field; as JSON takes it."""
    then, later = as_json(before), as_json(became)
    return {name: [then[name], later[name]] for name in NAMES}


def as_json(standing: Standing) -> dict[str, Any]:
    """Return a standing as JSON takes it: times to the microsecond."""
    found = {name: getattr(standing, name) for name in NAMES}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
    }


def of_json(standing: Standing, values: Mapping[str, Any]) -> Standing:
    """Return a standing with some values that were written as JSON."""
    read: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in _TIMES and value is not None else value
        for name, value in values.items()
    }
    return replace(standing, **read)


def _turn(target: Standing, source: Standing) -> dict[str, Any]:
    """Return whose turn it is, and whether it rests, after a merge."""
    over = [one.status == Status.RESOLVED for one in (target, source)]
    leading = source if over == [True, False] else target
    turn = {
        name: getattr(leading, name)
        for name in ("status", "label_id", "is_snoozed", "snoozed_until", "woke")
    }
    turn["resolved_at"] = target.resolved_at if all(over) else None
    turn["waiting_since"] = _least(target.waiting_since, source.waiting_since)
    if any(over):
        return turn
    if target.is_snoozed and not source.is_snoozed:
        turn |= {"is_snoozed": False, "snoozed_until": None}
    if target.status == Status.ON_HOLD:
        turn["waiting_since"] = None
    elif _is_ours_now(target, source):
        turn |= {"status": Status.OPEN.value, "label_id": None}
    return turn


def _is_ours_now(target: Standing, source: Standing) -> bool:
    """Whether it is our turn, and was not, or is no longer new, because of the other."""
    waits = source.waiting_since is not None
    both = (target.status, source.status != Status.NEW)
    return both == (Status.NEW, True) or (target.status == Status.WAITING and waits)


def _heard(standing: Standing, one: Said) -> Standing:
    ours = standing.status in _OURS
    return replace(
        standing, **_last(one), resolved_at=None, is_snoozed=False, snoozed_until=None,
        status=Status.NEW.value if standing.status == Status.NEW else Status.OPEN.value,
        label_id=standing.label_id if ours else None,
        waiting_since=standing.waiting_since or one.at, unanswered=standing.unanswered + 1,
        woke=Woke.REPLY.value if standing.is_snoozed else standing.woke,
    )  # fmt: skip


def _answered(standing: Standing, one: Said) -> Standing:
    rests = standing.status == Status.ON_HOLD
    keeps = standing.status in {Status.WAITING, Status.ON_HOLD}
    return replace(
        standing, **_last(one), resolved_at=None, waiting_since=None, unanswered=0,
        wants_human=False, woke="", member_seen_id=one.message_id,
        status=standing.status if rests else Status.WAITING.value,
        label_id=standing.label_id if keeps else None,
        first_reply_at=standing.first_reply_at or one.at,
        assignee_id=_first(standing.assignee_id, one.member_id),
    )  # fmt: skip


def _last(one: Said) -> dict[str, Any]:
    text = preview(one.text, one.kind)
    return {
        "last_message_id": one.message_id, "last_at": one.at, "last_text": text, "last_kind": one.kind,
    }  # fmt: skip


def _consistent(standing: Standing) -> Standing:
    """Nobody waits where it is over, or theirs; nothing that is over rests."""
    if standing.status == Status.RESOLVED:
        standing = replace(standing, is_snoozed=False, snoozed_until=None, woke="")
        standing = replace(standing, resolved_at=standing.resolved_at or standing.last_at)
    else:
        standing = replace(standing, resolved_at=None)
    if standing.status in {Status.WAITING, Status.RESOLVED}:
        return replace(standing, waiting_since=None, unanswered=0, wants_human=False)
    return replace(standing, waiting_since=None) if standing.status == Status.ON_HOLD else standing


def _seen(target: Standing, source: Standing) -> int:
    """Return up to where a member has read both."""
    unread = [o.member_seen_id for o in (target, source) if o.member_seen_id < o.last_message_id]
    return min(unread) if unread else max(target.member_seen_id, source.member_seen_id)


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _least(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)
