"""What a channel may ask while somebody holds the line (``channels.ports.House``), and who is rung where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MemberId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.channels.ports.lines import Reachable, Turn
from tongxin.service.channels.values import InboxRow
from tongxin.service.hours.queries import is_open
from tongxin.service.queues.queries import queue_names, sharings
from tongxin.service.queues.values import EVERYONES
from tongxin.service.team.rules import PATIENCE, minutes_to_wait

_PACE = timedelta(hours=1)  # how fast a queue goes is seen from the last hour
_OWN = """
SELECT c.id, c.queue_id, c.assignee_id, c.waiting_since FROM conversations_message m
JOIN conversations_conversation c ON c.id = m.conversation_id
WHERE m.inbox_id = %s AND m.external_id = %s
"""
_BEFORE = """
SELECT count(*) FROM conversations_conversation
WHERE workspace_id = %s AND queue_id = %s AND assignee_id IS NULL AND NOT with_assistant
  AND waiting_since IS NOT NULL AND NOT is_snoozed AND (waiting_since, id) < (%s, %s)
"""
_GIVEN = """
SELECT count(*) FROM conversations_conversation
WHERE workspace_id = %s AND listed_at >= %s AND queue_id = %s AND assigned_at >= %s
"""
_AGENT = """
SELECT c.assignee_id, p.phone FROM conversations_message m
JOIN conversations_conversation c ON c.id = m.conversation_id
JOIN team_presence p ON p.member_id = c.assignee_id AND p.state = 'online' AND p.seen_at >= %s
WHERE m.inbox_id = %s AND m.external_id = %s
"""


_PHONES = (
    "SELECT member_id, phone FROM team_presence WHERE workspace_id = %s AND phone <> '' ORDER BY 1"
)


@dataclass(frozen=True)
class PhoneRow:
    """At which number a member is rung when somebody calls."""

    member_id: MemberId
    phone: str


@query("phone.list", needs="member.write")
def phones(*, actor: Actor) -> Sequence[PhoneRow]:
    """Return the numbers of the members who have one, in the order they joined."""
    return [PhoneRow(*row) for row in rows(_PHONES, [actor.workspace_id])]


@dataclass(frozen=True)
class Front:
    """The house as an inbox's channel sees it at a moment; each question is asked anew."""

    inbox: InboxRow
    now: datetime

    def queues(self) -> Mapping[int, str]:
        """Return the names of the workspace's own queues, in their order."""
        found = queue_names(workspace_id=self.inbox.workspace_id)
        return {queue.id: queue.name for queue in found if queue.is_open}

    def is_open(self, queue_id: int | None = None) -> bool:
        """Whether somebody is there for a queue by its hours (null: where the inbox's people wait)."""
        shared = sharings(workspace_id=self.inbox.workspace_id, now=self.now)
        wanted = self.inbox.queue_id if queue_id is None else queue_id
        hours = shared.get(wanted, shared[EVERYONES]).hours
        return hours is None or is_open(hours, self.now)

    def turn(self, external_id: str) -> Turn | None:
        """Return how the person of a message waits; None where it is not understood yet, or nobody waits."""
        found = rows(_OWN, [self.inbox.id, external_id])
        if not found or found[0][3] is None:
            return None
        pk, queue_id, assignee_id, since = found[0]
        if assignee_id is not None:
            return Turn(0)
        where = [self.inbox.workspace_id, queue_id]
        place = rows(_BEFORE, [*where, since, pk])[0][0] + 1
        lately = self.now - _PACE
        given = rows(_GIVEN, [self.inbox.workspace_id, lately, queue_id, lately])[0][0]
        return Turn(place, minutes_to_wait(place, given))

    def agent(self, external_id: str) -> Reachable | None:
        """Return who has the conversation of a message and is there; None where nobody does yet."""
        found = rows(_AGENT, [self.now - PATIENCE, self.inbox.id, external_id])
        return Reachable(*found[0]) if found else None
