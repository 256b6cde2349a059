"""Hand a conversation over: to a colleague, a queue, or the assistant."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, MemberId, QueueId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.service.conversations import actions as conversations
from tongxin.service.conversations.actions import Handover, To, check_member
from tongxin.service.conversations.values import Owner
from tongxin.service.queues.queries import check_queue


@action("conversation.hand_over", needs="conversation.assign")
def hand_over(  # noqa: PLR0913 - whom to, and what they need to know
    *, actor: Actor, conversation_ids: Sequence[ConversationId], to: Owner, reason: str,
    summary: str = "", tried: Sequence[str] = (), member_id: MemberId | None = None,
    queue_id: QueueId | None = None, fence: int | None = None, now: datetime,
) -> int:  # fmt: skip
    """Hand conversations over to an ``agent`` (``member_id``), a ``queue`` (``queue_id``; null: the one they
    are in) or the ``assistant``; returns how many changed hands.

    The ``reason`` (1 to 200 characters), a ``summary`` (2,000) and what was ``tried`` (20 lines of 200)
    become a note that the next one reads. Who gets it owes an answer from now on. Whoever names the
    conversation's ``fence`` is refused where it has another owner since. What is settled stays. Raises
    Refused: ``hand_over.reason``, ``hand_over.too_long``, ``hand_over.target``, ``member.missing``,
    ``queue.missing``, ``conversation.moved_on``.
    """  # noqa: D205
    said = Handover.checked(reason, summary, tried)
    if (to is Owner.AGENT) != (member_id is not None) or (
        to is not Owner.QUEUE and queue_id is not None
    ):
        raise Refused("hand_over.target", _("Name a member for an agent, a queue for a queue."))
    if member_id is not None:
        check_member(actor, member_id)
    if queue_id is not None:
        check_queue(actor.workspace_id, queue_id)
    return conversations.hand_over(
        actor=actor, conversation_ids=conversation_ids, to=To(to, member_id, queue_id), said=said,
        fence=fence, now=now,
    )  # fmt: skip
