"""Who is there, how work finds them, and why some of it does not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tongxin.center.accounts.queries import MemberRow, members
from tongxin.center.accounts.values import roles_with
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, MemberId
from tongxin.center.kit.registry import check, query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.queries import by_ids
from tongxin.service.hours.queries import after, next_opening
from tongxin.service.notices.queries import UNREAD
from tongxin.service.queues.queries import sharings
from tongxin.service.queues.values import EVERYONES, Fallback, Sharing, Strategy
from tongxin.service.team.rules import CAPACITY, PATIENCE, WEIGHT, WEIGHTS, language_of, why
from tongxin.service.team.values import AwayFor, Desk, Routing, State, Waiting, Why, WhyRow

_ROUTINGS = """
SELECT i.id, COALESCE(r.is_automatic, true), r.weight, COALESCE(r.strategy, %(usual)s), COALESCE(r.skills, '{}'),
    i.channel
FROM channels_inbox i LEFT JOIN team_inboxrouting r ON r.inbox_id = i.id
WHERE i.workspace_id = %(workspace)s ORDER BY i.id
"""
_LOADS = """
SELECT assignee_id, inbox_id, count(*) FROM conversations_conversation
WHERE workspace_id = %s AND assignee_id IS NOT NULL AND status IN ('new', 'open') AND NOT is_snoozed
GROUP BY 1, 2
"""
_DESKS = """
SELECT p.member_id, p.capacity, p.skills, p.languages, p.given_at, m.queue_ids
FROM team_presence p JOIN accounts_member m ON m.id = p.member_id AND m.removed_at IS NULL
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
WHERE p.workspace_id = %s AND p.state = 'online' AND p.seen_at >= %s
  AND (m.role = ANY(%s) OR %s = ANY(r.permissions))
ORDER BY 1
"""
_PRESENCES = """
SELECT member_id, state, since, away_for, capacity, skills, languages FROM team_presence WHERE workspace_id = %s
"""
_UNASSIGNED = """
SELECT id, queue_id, inbox_id, last_text, waiting_since, returned_by FROM conversations_conversation
WHERE workspace_id + 0 = %s AND id = ANY(%s::bigint[]) AND assignee_id IS NULL AND waiting_since IS NOT NULL
  AND NOT is_snoozed AND NOT with_assistant
ORDER BY id
"""
_STAFFED = """
SELECT queue_id, count(*) FROM accounts_member, unnest(queue_ids) queue_id
WHERE workspace_id = %s AND removed_at IS NULL GROUP BY 1
"""
_AT_A_GLANCE = f"""
SELECT p.state, p.away_for, ({UNREAD.format("one.id")})
FROM (SELECT %s::bigint AS id) one LEFT JOIN team_presence p ON p.member_id = one.id
"""  # noqa: S608 - our own words
ANSWER = "conversation.write"  # who may not is given nothing


@dataclass(frozen=True)
class PresenceRow:
    """A member: whether they take conversations, how much they hold of how much they may, what they can."""

    member_id: MemberId
    name: str
    state: State
    since: datetime | None
    away_for: AwayFor
    load: int
    capacity: int
    skills: Sequence[str]
    languages: Sequence[str]


@query("presence.list", needs="team.read")
def presences(*, actor: Actor) -> Sequence[PresenceRow]:
    """Return every member's presence, in the order they joined."""
    loads = _loads(actor.workspace_id, routings(workspace_id=actor.workspace_id))
    return _presences(actor.workspace_id, members(actor=actor), loads)


def beside(
    *, actor: Actor, here: Sequence[MemberRow], waiting_ids: Sequence[int], now: datetime
) -> tuple[Sequence[PresenceRow], Sequence[WhyRow]]:
    """Return the presence of these members, and why these conversations have nobody: see the two queries.

    Both in one, as each asks much of what the other does. The conversations are ones within reach.
    """
    check(actor, "team.read")
    known = routings(workspace_id=actor.workspace_id)
    loads = _loads(actor.workspace_id, known)
    present = _presences(actor.workspace_id, here, loads)
    return present, _whys(actor.workspace_id, waiting_ids, known, loads, now) if waiting_ids else ()


def _presences(
    workspace_id: int, here: Iterable[MemberRow], loads: Mapping[int, int]
) -> list[PresenceRow]:
    known = {row[0]: row[1:] for row in rows(_PRESENCES, [workspace_id])}
    unknown: tuple[Any, ...] = (State.OFFLINE, None, "", CAPACITY, [], [])
    found = []
    for member in here:
        state, since, away_for, capacity, skills, languages = known.get(member.id, unknown)
        load = loads.get(member.id, 0)
        found.append(
            PresenceRow(
                member.id,
                member.name,
                State(state),
                since,
                AwayFor(away_for),
                load,
                capacity,
                skills,
                languages,
            )
        )
    return found


@query("routing.list", needs="team.read")
def routing(*, actor: Actor) -> Sequence[Routing]:
    """Return how the conversations of each inbox find somebody, in the order the inboxes came."""
    return list(routings(workspace_id=actor.workspace_id).values())


@query("routing.why", needs="conversation.read")
def why_unassigned(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime
) -> Sequence[WhyRow]:
    """Return, for those of these conversations that wait and that nobody has, why that is so."""
    reached = sorted({row.id for row in by_ids(actor=actor, conversation_ids=conversation_ids)})
    if not reached:
        return []
    known = routings(workspace_id=actor.workspace_id)
    loads = _loads(actor.workspace_id, known)
    return _whys(actor.workspace_id, reached, known, loads, now)


def _whys(
    workspace_id: int,
    conversation_ids: Sequence[int],
    known: Mapping[int, Routing],
    loads: Mapping[int, int],
    now: datetime,
) -> list[WhyRow]:
    waiting = rows(_UNASSIGNED, [workspace_id, list(conversation_ids)])
    if not waiting:
        return []
    here = _desks(workspace_id, loads, now)
    shared = sharings(workspace_id=workspace_id, now=now)
    staffed: dict[int, int] = {EVERYONES: 1, **dict(rows(_STAFFED, [workspace_id]))}
    found = []
    for row in waiting:
        one, since = waiting_of(row, known, shared), row[4]
        reason, *counts = why(here, one, staffed.get(one.sharing.queue_id, 0))
        found.append(_why_row(one, reason, counts, since, now))
    return found


def waiting_of(
    row: Sequence[Any], known: Mapping[int, Routing], shared: Mapping[int, Sharing]
) -> Waiting:
    """Return what waits, of (id, queue_id, inbox_id, last_text, waiting_since, returned_by).

    A queue that was closed is everyone's.
    """
    pk, queue_id, inbox_id, text, since, returned_by = row
    sharing = shared.get(queue_id, shared[EVERYONES])
    return Waiting(
        pk, known[inbox_id], sharing, language_of(text), sharing.is_late(since), returned_by
    )


def _why_row(
    one: Waiting, reason: Why, counts: Sequence[int], since: datetime, now: datetime
) -> WhyRow:
    sharing = one.sharing
    minutes = timedelta(minutes=sharing.fallback_minutes)
    falls = sharing.fallback is not Fallback.STAY and not one.is_late
    opens = next_opening(sharing.hours, now)
    online, skilled, free = counts
    return WhyRow(
        one.id, reason, online, skilled, free, sharing.queue_id, sharing.name, one.is_late,
        after(sharing.hours, since, minutes) if falls else None, opens if opens != now else None,
    )  # fmt: skip


def state_of(*, member_id: int) -> State:
    found = rows("SELECT state FROM team_presence WHERE member_id = %s", [member_id])
    return State(found[0][0]) if found else State.OFFLINE


def at_a_glance(*, member_id: int) -> tuple[State, AwayFor, int]:
    """Return what every page shows of oneself: online or away, and what for, and how many notices wait."""
    [(state, away_for, unread)] = rows(_AT_A_GLANCE, [member_id])
    state = State(state or State.OFFLINE)
    return state, AwayFor(away_for if state is State.AWAY else ""), unread


def desks(*, workspace_id: int, known: Mapping[int, Routing], now: datetime) -> Sequence[Desk]:
    """Return who is online, with what they hold by the weights of ``known`` inboxes."""
    return _desks(workspace_id, _loads(workspace_id, known), now)


def _desks(workspace_id: int, loads: Mapping[int, int], now: datetime) -> list[Desk]:
    return [
        Desk(
            pk, loads.get(pk, 0), capacity, frozenset(skills), frozenset(languages), given_at,
            frozenset(queue_ids),
        )
        for pk, capacity, skills, languages, given_at, queue_ids in rows(
            _DESKS, [workspace_id, now - PATIENCE, roles_with(ANSWER), ANSWER]
        )
    ]  # fmt: skip


def routings(*, workspace_id: int) -> Mapping[int, Routing]:
    """Return how each inbox's conversations find somebody, by inbox."""
    found = rows(_ROUTINGS, {"workspace": workspace_id, "usual": Strategy.LEAST_BUSY.value})
    return {
        pk: Routing(
            pk, is_automatic, weight or WEIGHTS.get(channel, WEIGHT), Strategy(strategy), skills
        )
        for pk, is_automatic, weight, strategy, skills, channel in found
    }


def _loads(workspace_id: int, known: Mapping[int, Routing]) -> dict[int, int]:
    """Return how much each member holds, in units of capacity."""
    loads: dict[int, int] = {}
    for member_id, inbox_id, many in rows(_LOADS, [workspace_id]):
        loads[member_id] = loads.get(member_id, 0) + many * known[inbox_id].weight
    return loads
