"""Go on at another of a person's addresses: what they write there belongs here from then on."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, IdentityId, InboxId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.service.channels.queries import capabilities, inboxes_by_id
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.locking import columns, held_one
from tongxin.service.conversations.actions.opening import TURN, Beginning, begin
from tongxin.service.conversations.events import ConversationSwitched
from tongxin.service.conversations.models import OPEN_THERE, Conversation

_KIND = "SELECT kind FROM people_identity WHERE id = %s AND person_id = %s"
_PART = """
SELECT id FROM conversations_conversation
WHERE merged_into_id = %s AND inbox_id = %s AND endpoint_id = %s ORDER BY id DESC LIMIT 1
"""
_LEAD = """
UPDATE conversations_conversation SET merged_into_id = %s, status = 'resolved', resolved_at = %s WHERE id = %s
"""


@action("conversation.switch", needs="conversation.write")
def switch(
    *, actor: Actor, conversation_id: ConversationId, inbox_id: InboxId, identity_id: IdentityId, now: datetime
) -> int:  # fmt: skip
    """Answer a conversation's person at another of their addresses, until they write elsewhere.

    What they write there is heard in the same conversation. Returns 1, or 0 where it goes there already.
    Raises Refused: ``conversation.missing``, ``inbox.missing``, ``identity.missing``, ``way.unfit`` where the
    inbox does not reach such an address, ``way.taken`` where another conversation is open there.
    """
    c = held_one(actor, conversation_id)
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    if inbox is None or inbox.workspace_id != actor.workspace_id or not inbox.enabled:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    is_own = (c.inbox_id, c.endpoint_id) == (inbox_id, identity_id)
    to = None if is_own else part_at(c, inbox, identity_id, now)
    if c.answers_id == to:
        return 0
    c.answers_id = to
    c.save(update_fields=["answers_id"])
    told = columns(actor, c, now)
    record([
        ConversationSwitched(**told, conversation_id=c.pk, inbox_id=inbox_id, identity_id=identity_id)
    ])  # fmt: skip
    return 1


def part_at(c: Conversation, inbox: InboxRow, identity_id: int, now: datetime) -> int:
    """Return the part of a conversation at an address; where there is none yet, it is made."""
    found = rows(_KIND, [identity_id, c.person_id])
    if not found:
        raise Refused("identity.missing", _("There is no such address."), Reason.MISSING)
    can = capabilities(inbox.channel)
    if found[0][0] not in can.reaches:
        raise Refused("way.unfit", _("This inbox does not reach such an address."))
    if parts := rows(_PART, [c.pk, inbox.id, identity_id]):
        return int(parts[0][0])
    take_turns(TURN, [(inbox.id, identity_id)])
    there = Conversation.objects.filter(OPEN_THERE, inbox_id=inbox.id, endpoint_id=identity_id)
    if not can.threads and there.exists():
        raise Refused(
            "way.taken",
            _("Another conversation with this person is open there. Merge the two."),
            Reason.CONFLICT,
        )
    beginning = Beginning(
        c.workspace_id, inbox.id, identity_id, c.person_id, c.subject, now, is_side=True
    )
    [pk] = begin([beginning])
    rows(_LEAD, [c.pk, now, pk])
    return pk
