"""Call a person from the desk: a member's telephone rings first."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, IdentityId, InboxId, MemberId, MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.service.conversations.actions import Ring, call_up
from tongxin.service.team.models import Presence


@action("conversation.call", needs="conversation.write")
def call(
    *, actor: Actor, conversation_id: ConversationId, inbox_id: InboxId, identity_id: IdentityId,
    member_id: MemberId | None = None, now: datetime,
) -> MessageId:  # fmt: skip
    """Ring a member's telephone, and once they pick up, a conversation's person; returns the call's message.

    Null: one's own telephone; somebody else's only for whoever may assign conversations. It rings within a
    minute or not at all, is never tried again by itself, and once where one asks twice within 20 seconds.
    What becomes of it is told in the conversation; the person waits on until somebody has spoken with them.
    Raises Refused: ``conversation.missing``, ``inbox.missing``, ``identity.missing``, ``way.unfit`` where the
    inbox calls nobody, ``way.taken``, ``call.no_number`` where nobody entered at which number they are rung,
    ``call.not_own``.
    """
    own = actor.id if actor.kind == "member" else None
    if member_id not in {None, own} and not actor.may("conversation.assign"):
        detail = _("You can only let your own telephone ring.")
        raise Refused("call.not_own", detail, Reason.FORBIDDEN)
    rung = Presence.objects.filter(workspace_id=actor.workspace_id, pk=member_id or own)
    if not (found := rung.exclude(phone="").values_list("pk", "phone").first()):
        detail = _(
            "It is not known at which number to ring: an administrator enters it at Members."
        )
        raise Refused("call.no_number", detail, Reason.CONFLICT)
    return call_up(
        actor=actor, conversation_id=conversation_id, inbox_id=inbox_id, identity_id=identity_id,
        ring=Ring(*found), now=now,
    )  # fmt: skip
