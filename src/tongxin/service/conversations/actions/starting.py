"""Write to somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import ConversationId, InboxId, MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import recognize
from tongxin.center.people.values import Address, Recognized
from tongxin.center.timeline.values import about
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.opening import TURN, Beginning, begin
from tongxin.service.conversations.actions.writing import Words, answer
from tongxin.service.conversations.events import ConversationOpened

_UNRESOLVED = """
SELECT id FROM conversations_conversation
WHERE inbox_id = %s AND endpoint_id = %s AND status <> 'resolved' AND NOT is_side
"""


@dataclass(frozen=True)
class Started:
    """The conversation that began (or went on), and the message in it."""

    conversation_id: ConversationId
    message_id: MessageId


@action("conversation.start", needs="conversation.write")
def start(
    *, actor: Actor, inbox_id: InboxId, address: Address, text: str, client_id: str | None = None,
    now: datetime,
) -> Started:  # fmt: skip
    """Write to somebody first. An unresolved conversation with this address goes on instead.

    Raises Refused: ``inbox.missing``, ``address.invalid``, ``message.empty``, ``message.too_long``,
    ``conversation.elsewhere`` where it is beyond one's reach.
    """
    words = Words.checked(actor, text, client_id=client_id)
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    if inbox is None or inbox.workspace_id != actor.workspace_id:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    known = recognize(spots={(inbox.workspace_id, address)}, proof=actor.label, now=now)
    who = known[inbox.workspace_id, address.kind, address.value]
    conversation_id, began = _open_at(actor, inbox, who, text, now)
    wide = replace(actor, reach=Reach.ALL) if began else actor  # nobody has it yet: they take it
    answered = answer(wide, [conversation_id], words, now, before=began)
    if not answered:
        raise Refused(
            "conversation.elsewhere",
            _("A colleague is in a conversation with this person."),
            Reason.CONFLICT,
        )
    [message_id] = answered
    return Started(conversation_id, message_id)


def _open_at(
    actor: Actor, inbox: InboxRow, who: Recognized, text: str, now: datetime
) -> tuple[int, Sequence[ConversationOpened]]:
    """Return the unresolved conversation at this endpoint; where there was none, it begins: a fact."""
    take_turns(TURN, [(inbox.id, who.identity_id)])
    if found := rows(_UNRESOLVED, [inbox.id, who.identity_id]):
        return found[0][0], ()
    [pk] = begin(
        [Beginning(actor.workspace_id, inbox.id, who.identity_id, who.person_id, text, now)]
    )
    where = about(actor.workspace_id, actor.label, "conversation", pk, now, who.person_id)
    opened = ConversationOpened(
        **where, conversation_id=pk, inbox_id=inbox.id, channel=inbox.channel
    )
    return pk, [opened]
