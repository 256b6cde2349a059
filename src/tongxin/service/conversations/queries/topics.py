"""What conversations may be about, what is asked at their end, and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, InboxId, Label, QueueId, TopicId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.models import Conversation, Topic
from tongxin.service.conversations.queries.within import within
from tongxin.service.conversations.values import Asks, Ending, Reopens

_FORMS = """
SELECT f.inbox_id, f.asks, f.is_strict, f.keys FROM conversations_wrapupform f
JOIN channels_inbox i ON i.id = f.inbox_id WHERE i.workspace_id = %s ORDER BY 1
"""
_ASKED = """
SELECT COALESCE(e.asks, f.asks, 'no'),
    CASE WHEN e.asks IS NULL THEN COALESCE(f.is_strict, false) ELSE e.is_strict END,
    CASE WHEN e.asks IS NULL THEN COALESCE(f.keys, '{}') ELSE e.keys END
FROM (VALUES (1)) one
LEFT JOIN conversations_wrapupform f ON f.inbox_id = %(inbox)s
LEFT JOIN conversations_queueending e ON e.workspace_id = %(workspace)s AND e.queue_id = %(queue)s
"""
_ENDINGS = """
SELECT queue_id, reopens, COALESCE(reopen_days, 0), asks, is_strict, keys FROM conversations_queueending
WHERE workspace_id = %s ORDER BY 1
"""
_WRAP_UPS = """
SELECT w.conversation_id, c.topic_id, w.text, w.author, w.written_at FROM conversations_wrapup w
JOIN conversations_conversation c ON c.id = w.conversation_id
WHERE w.conversation_id = ANY(%s::bigint[]) ORDER BY 1
"""


@dataclass(frozen=True)
class TopicRow:
    """A topic; ``path`` are the names from the root down to it."""

    id: TopicId
    parent_id: TopicId | None
    name: str
    path: Sequence[str]
    is_enabled: bool


@dataclass(frozen=True)
class FormRow:
    """What is asked at the end of an inbox's conversations: a topic, and attributes by key."""

    inbox_id: InboxId
    asks: Asks
    is_strict: bool
    keys: Sequence[str]


@dataclass(frozen=True)
class EndingRow:
    """What goes for a queue's conversations at their end, in place of what their inboxes say."""

    queue_id: QueueId
    ending: Ending


@dataclass(frozen=True)
class WrapUpRow:
    """What was said of a conversation when it was settled."""

    conversation_id: ConversationId
    topic_id: TopicId | None
    text: str
    author: Label
    written_at: datetime


@query("topic.list", needs="conversation.read")
def topics(*, actor: Actor, with_disabled: bool = False) -> Sequence[TopicRow]:
    """Return the topics as a tree in reading order: each below its parent, kin by name.

    What stands below a topic that is no longer offered is not offered either.
    """
    mine = Topic.objects.filter(workspace_id=actor.workspace_id).order_by("name", "pk")
    below: dict[int | None, list[Topic]] = {}
    for topic in mine:
        below.setdefault(topic.parent_id, []).append(topic)
    found: list[TopicRow] = []

    def walk(parent_id: int | None, path: tuple[str, ...]) -> None:
        for t in below.get(parent_id, ()):
            if t.is_enabled or with_disabled:
                here = (*path, t.name)
                found.append(TopicRow(t.pk, parent_id, t.name, here, t.is_enabled))
                walk(t.pk, here)

    walk(None, ())
    return found


@query("inbox.wrap_ups", needs="inbox.read")
def wrap_up_forms(*, actor: Actor) -> Sequence[FormRow]:
    """Return what is asked at the end of conversations, for the inboxes where something is set."""
    found = rows(_FORMS, [actor.workspace_id])
    return [FormRow(pk, Asks(asks), is_strict, keys) for pk, asks, is_strict, keys in found]


@query("queue.endings", needs="team.read")
def endings(*, actor: Actor) -> Sequence[EndingRow]:
    """Return what queues say of the end of their conversations, of those where something is set."""
    return [EndingRow(row[0], _ending(*row[1:])) for row in rows(_ENDINGS, [actor.workspace_id])]


def asked_at_end(*, actor: Actor, inbox_id: int, queue_id: int) -> FormRow:
    """Return what is asked at the end of a conversation that came in there and waits here."""
    values = {"workspace": actor.workspace_id, "inbox": inbox_id, "queue": queue_id}
    [(asks, is_strict, keys)] = rows(_ASKED, values)
    return FormRow(inbox_id, Asks(asks), is_strict, keys)


@query("conversation.wrap_ups", needs="conversation.read")
def wrap_ups(*, actor: Actor, conversation_ids: Sequence[ConversationId]) -> Sequence[WrapUpRow]:
    """Return what was said of these conversations at their end, of those where something was."""
    here = within(actor, conversation_ids)
    return wrap_ups_here(conversation_ids=here) if here else []


def wrap_ups_here(*, conversation_ids: Sequence[int]) -> Sequence[WrapUpRow]:
    """Return the same of conversations that are known to be within reach."""
    return [WrapUpRow(*row) for row in rows(_WRAP_UPS, [list(conversation_ids)])]


def place_of(*, actor: Actor, conversation_id: int) -> tuple[int, int]:
    """Return in which inbox a conversation came in, and in which queue it waits.

    Raises Refused: ``conversation.missing``.
    """
    mine = Conversation.objects.filter(pk__in=within(actor, [conversation_id]))
    found: tuple[int, int] | None = mine.values_list("inbox_id", "queue_id").first()
    if found is None:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    return found


def _ending(
    reopens: str, days: int, asks: str | None, is_strict: bool, keys: Sequence[str]
) -> Ending:
    return Ending(Reopens(reopens), days, Asks(asks) if asks else None, is_strict, tuple(keys))
