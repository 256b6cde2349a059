"""What members have typed and not sent. Private and fleeting: no facts."""

from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.registry import action, check_member
from tongxin.service.conversations.actions.locking import held_one
from tongxin.service.conversations.models import Draft

_LONGEST = 20_000


@action("draft.save", needs="note.write", quiet=True)
def save(
    *,
    actor: Actor,
    conversation_id: ConversationId,
    text: str,
    is_note: bool = False,
    now: datetime,
) -> int:
    """Keep what a member has typed so far; an empty text forgets it. Returns 1 where it changed.

    Raises Refused: ``actor.member`` for a machine, ``conversation.missing``.
    """
    check_member(actor)
    conversation = held_one(actor, conversation_id)
    mine = Draft.objects.filter(conversation=conversation, member_id=actor.id, is_note=is_note)
    if not text.strip():
        return mine.delete()[0]
    text = text[:_LONGEST].replace("\x00", "")
    if mine.filter(text=text).exists():
        return 0
    Draft.objects.update_or_create(
        conversation=conversation, member_id=actor.id, is_note=is_note,
        defaults={"text": text, "saved_at": now},
    )  # fmt: skip
    return 1
