"""Write to somebody first."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, InboxId, MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import recognize
from tongxin.center.people.values import Address, Recognized
from tongxin.center.timeline.actions import recorded_together
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.locking import columns
from tongxin.service.conversations.actions.opening import TURN, Beginning, begun
from tongxin.service.conversations.actions.saying import Words
from tongxin.service.conversations.actions.writing import Lead, answer, answer_in
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
    with recorded_together():
        known = recognize(spots={(inbox.workspace_id, address)}, proof=actor.label, now=now)
        who = known[inbox.workspace_id, address.kind, address.value]
        going_on = _unresolved(inbox, who)
        if going_on is None:
            conversation_id, answered = _begun(actor, inbox, who, words, now)
        else:
            conversation_id, answered = going_on, answer(actor, [going_on], words, now)
    if not answered:
        raise Refused(
            "conversation.elsewhere",
            _("A colleague is in a conversation with this person."),
            Reason.CONFLICT,
        )
    [message_id] = answered
    return Started(conversation_id, message_id)


def _unresolved(inbox: InboxRow, who: Recognized) -> int | None:
    """Return the unresolved conversation at this endpoint; nobody else begins one there from here on."""
    if who.is_new:  # until the transaction ends, nobody else knows the endpoint
        return None
    take_turns(TURN, [(inbox.id, who.identity_id)])
    found = rows(_UNRESOLVED, [inbox.id, who.identity_id])
    return found[0][0] if found else None


def _begun(
    actor: Actor, inbox: InboxRow, who: Recognized, words: Words, now: datetime
) -> tuple[int, list[int]]:
    """Begin with these words; return the conversation, which whoever writes takes, and the message."""
    beginning = Beginning(
        actor.workspace_id, inbox.id, who.identity_id, who.person_id, words.text, now
    )
    [talk] = begun([beginning])
    opened = ConversationOpened(
        **columns(actor, talk, now), conversation_id=talk.pk, inbox_id=inbox.id,
        channel=inbox.channel,
    )  # fmt: skip
    lead = Lead([talk.pk], {inbox.id: inbox}, [opened])
    return talk.pk, answer_in([talk], actor, words, now, lead)
