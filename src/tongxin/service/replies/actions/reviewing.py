"""Let a colleague look at words before they are sent: four eyes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.models import Member
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, FileId, HeldId, MemberId, MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clean, clip
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.saying import Words
from tongxin.service.replies.actions.holding import member_of, rest, resting_of, told
from tongxin.service.replies.events import ReplyApproved, ReplyReturned
from tongxin.service.replies.models import Held
from tongxin.service.replies.values import APPROVE, OnReply, Rest

_LONGEST_REMARK = 500


@action("conversation.offer_review", needs="conversation.write")
def offer_review(  # noqa: PLR0913 - what a caller may say of one answer
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str,
    reviewer_id: MemberId | None = None, file_ids: Sequence[FileId] = (),
    client_id: str | None = None, last_seen_message_id: MessageId | None = None, now: datetime,
) -> list[HeldId]:  # fmt: skip
    """Offer an answer for review: to a member, or (null) to whoever may approve. It is not sent before.

    Raises Refused: ``member.missing``, and like ``conversation.reply``.
    """
    here = Member.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    if reviewer_id is not None and not here.filter(pk=reviewer_id).exists():
        raise Refused("member.missing", _("There is no such member."), Reason.MISSING)
    words = Words.checked(actor, text, file_ids, client_id)
    wanted = Held(
        is_scheduled=False, on_reply=OnReply.SEND, due_at=now, state=Rest.REVIEW,
        reviewer_id=reviewer_id,
    )  # fmt: skip
    return rest(actor, conversation_ids, replace(words, seen=last_seen_message_id), wanted, now)


@action("held.approve", needs="conversation.write")
def approve(*, actor: Actor, held_ids: Sequence[HeldId], now: datetime) -> int:
    """Send what colleagues offered for review, as theirs; returns how many one may and did approve.

    One's own words wait for somebody else.
    """
    approved = list(_reviewable(actor, held_ids))
    Held.objects.filter(pk__in=[h.pk for h in approved]).update(state=Rest.WAITING, due_at=now)
    record(told(ReplyApproved, actor.label, h, now) for h in approved)
    return len(approved)


@action("held.give_back", needs="conversation.write")
def give_back(*, actor: Actor, held_ids: Sequence[HeldId], remark: str = "", now: datetime) -> int:
    """Return what colleagues offered for review, with a remark; returns how many."""
    returned = list(_reviewable(actor, held_ids))
    remark = clip(clean(remark), _LONGEST_REMARK)
    changes = {"state": Rest.RETURNED, "remark": remark}
    Held.objects.filter(pk__in=[h.pk for h in returned]).update(**changes)
    record(
        told(ReplyReturned, actor.label, h, now, author_id=member_of(h.author), remark=remark)
        for h in returned
    )
    return len(returned)


def _reviewable(actor: Actor, held_ids: Sequence[int]) -> QuerySet[Held]:
    """Return what one may review: what one is asked for, or everything with the permission."""
    offered = resting_of(actor, held_ids, [Rest.REVIEW]).exclude(author=actor.label)
    asked = Q(reviewer_id=actor.id) if actor.kind == "member" else Q(pk=None)
    return offered if actor.may(APPROVE) else offered.filter(asked)
