"""What the person says of it at the end."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, homes, missing
from tongxin.service.conversations.events import ConversationRated
from tongxin.service.conversations.models import Conversation, Rating
from tongxin.service.conversations.rules import rating_is_editable
from tongxin.service.conversations.values import Status

_LOWEST, _HIGHEST, _LONGEST = 1, 5, 2000


@action("conversation.rate", needs="person.self")
def rate(
    *, actor: Actor, conversation_id: ConversationId, score: int, solved: bool, comment: str = "",
    now: datetime,
) -> int:  # fmt: skip
    """Rate one's own resolved conversation, 1 to 5, once; one may change it for 24 hours.

    Returns 1 where it said something new. Raises Refused: ``rating.score``, ``rating.not_resolved``,
    ``rating.closed``.
    """
    conversation, place = _own(actor, conversation_id)
    earlier = Rating.objects.filter(conversation=conversation).first()
    _check(place, earlier, score, now)
    comment = clean(comment.strip()[:_LONGEST])
    if earlier is not None and (earlier.score, earlier.is_solved, earlier.comment) == (
        score,
        solved,
        comment,
    ):
        return 0
    Rating.objects.update_or_create(
        conversation=conversation,
        defaults={"score": score, "is_solved": solved, "comment": comment, "changed_at": now},
        create_defaults={
            "score": score, "is_solved": solved, "comment": comment, "changed_at": now, "rated_at": now,
        },
    )  # fmt: skip
    record(
        [
            ConversationRated(
                **columns(actor, place, now),
                conversation_id=place.pk,
                score=score,
                solved=solved,
            )
        ]
    )
    return 1


def _own(actor: Actor, conversation_id: int) -> tuple[Conversation, Conversation]:
    """Return one's own conversation, and the one it goes on in where it was merged away."""
    for conversation, place in homes(actor, [conversation_id]):
        if conversation.person_id == actor.id:
            return conversation, place
    raise missing()


def _check(place: Conversation, earlier: Rating | None, score: int, now: datetime) -> None:
    if not _LOWEST <= score <= _HIGHEST:
        raise Refused("rating.score", _("Choose 1 to 5."))
    if earlier is None and place.status != Status.RESOLVED:
        raise Refused(
            "rating.not_resolved", _("This conversation is not over yet."), Reason.CONFLICT
        )
    if earlier is not None and not rating_is_editable(earlier.rated_at, now):
        raise Refused("rating.closed", _("A rating can be changed for 24 hours."), Reason.CONFLICT)
