"""Call a conversation's person: a member's telephone rings first, then theirs; the call stands in the conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.channels.actions import Outgoing, enqueue
from tongxin.service.channels.queries import capabilities, inboxes_by_id
from tongxin.service.conversations.actions.locking import columns, held_one
from tongxin.service.conversations.actions.saying import Place, Words, say
from tongxin.service.conversations.actions.switching import part_at
from tongxin.service.conversations.events import ConversationAssigned, ConversationCalled
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.values import Kind

_ADDRESS = """
SELECT i.kind, i.value, p.name FROM people_identity i JOIN people_person p ON p.id = i.person_id
WHERE i.id = %s AND i.person_id = %s AND i.retired_at IS NULL
"""
# Whoever presses twice is rung once.
_RINGS_ALREADY = """
SELECT id FROM conversations_message
WHERE conversation_id = %s AND inbox_id = %s AND origin_id IS NOT DISTINCT FROM %s AND author = %s
  AND external_id LIKE 'call:%%' AND state <> 'failed' AND sent_at > %s
ORDER BY id DESC LIMIT 1
"""
_AT_ONCE = timedelta(seconds=20)


@dataclass(frozen=True)
class Ring:
    """Who is rung first, and where."""

    member_id: int
    number: str


def call_up(
    *,
    actor: Actor,
    conversation_id: int,
    inbox_id: int,
    identity_id: int,
    ring: Ring,
    now: datetime,
) -> int:
    """Put a call into an inbox's queue; returns the message that stands for it. See ``conversation.call``."""
    c = held_one(actor, conversation_id)
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    if inbox is None or inbox.workspace_id != actor.workspace_id or not inbox.enabled:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    if not capabilities(inbox.channel).calls:
        raise Refused("way.unfit", _("Nobody can be called by this inbox."))
    if not (found := rows(_ADDRESS, [identity_id, c.person_id])):
        raise Refused("identity.missing", _("There is no such address."), Reason.MISSING)
    is_own = (c.inbox_id, c.endpoint_id) == (inbox_id, identity_id)
    part = None if is_own else part_at(c, inbox, identity_id, now)
    if rings := rows(_RINGS_ALREADY, [c.pk, inbox_id, part, actor.label, now - _AT_ONCE]):
        return int(rings[0][0])
    words = Words(gettext("Telephone call"))
    pk = say(actor, Kind.OUT, {c: Place(inbox_id, part)}, words, now, [c.pk])[c.pk]
    name = f"call:{pk}"  # by which what becomes of it is told, whoever is quicker
    Message.objects.filter(pk=pk).update(external_id=name)
    payload = {
        "recipient": list(found[0]), "text": words.text, "token": name, "ring": ring.number,
        "member_id": ring.member_id,
    }  # fmt: skip
    enqueue(outgoing=[Outgoing(c.workspace_id, inbox_id, pk, c.pk, payload)], now=now)
    _take(actor, c, ring.member_id, now)
    called = ConversationCalled(
        **columns(actor, c, now), conversation_id=c.pk, inbox_id=inbox_id, identity_id=identity_id,
        message_id=pk, member_id=ring.member_id,
    )  # fmt: skip
    record([called])
    return pk


def _take(actor: Actor, c: Conversation, member_id: int, now: datetime) -> None:
    """Whoever speaks with the person of a conversation that is nobody's takes it, as by answering."""
    if c.assignee_id is not None:
        return
    c.assignee_id, c.assigned_at = member_id, now
    c.save(update_fields=["assignee_id", "assigned_at"])
    taken = ConversationAssigned(
        **columns(actor, c, now), conversation_id=c.pk, member_id=member_id, before=None, automatic=False,
        queue_id=c.queue_id,
    )  # fmt: skip
    record([taken])
