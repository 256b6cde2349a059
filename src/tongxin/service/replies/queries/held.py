"""Which words rest until their time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.files import FileRow, row_of
from tongxin.center.kit.ids import ConversationId, HeldId, Label, MemberId
from tongxin.center.kit.models import StoredFile
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.values import reached, reaching
from tongxin.service.replies.actions.holding import RESTING
from tongxin.service.replies.values import WITHIN, OnReply, Rest

UNDO_SECONDS = 10
_MOST = 100
_RESTS = f"""
SELECT h.id, h.conversation_id, h.author, h.text, h.file_ids, h.client_id, h.is_scheduled, h.on_reply, h.state,
    h.error, h.due_at, h.held_at, h.reviewer_id, h.remark
{WITHIN} AND {{there}}
ORDER BY h.due_at, h.id LIMIT {_MOST}
"""
_THERE = """h.conversation_id = ANY(ARRAY(
    SELECT id FROM conversations_conversation WHERE id = %(id)s OR merged_into_id = %(id)s))"""


@dataclass(frozen=True)
class HeldRow:
    """Words that rest. ``asking``: the person wrote before their time, so somebody decides."""

    id: HeldId
    conversation_id: ConversationId
    author: Label
    text: str
    files: Sequence[FileRow]
    client_id: str | None
    scheduled: bool
    on_reply: OnReply
    state: Rest
    error: str
    due_at: datetime
    held_at: datetime
    reviewer_id: MemberId | None
    remark: str


@query("held.list", needs="conversation.read")
def held(*, actor: Actor, conversation_id: ConversationId | None = None) -> Sequence[HeldRow]:
    """Return the words that rest, in one conversation or in all: the next 100 to leave."""
    there = "true" if conversation_id is None else _THERE
    statement = _RESTS.format(reached=reached(actor), there=there)
    values = {"states": [state.value for state in RESTING], "id": conversation_id}
    resting = rows(statement, reaching(actor) | values)
    wanted = {file_id for row in resting for file_id in row[4]}
    files = {f.pk: row_of(f) for f in StoredFile.objects.filter(pk__in=wanted)} if wanted else {}
    return [
        HeldRow(
            pk, conversation, author, text, [files[i] for i in file_ids if i in files], client_id,
            scheduled, OnReply(on_reply), Rest(state), error, due_at, held_at, reviewer_id, remark,
        )
        for (
            pk, conversation, author, text, file_ids, client_id, scheduled, on_reply, state, error,
            due_at, held_at, reviewer_id, remark,
        ) in resting
    ]  # fmt: skip


def undo_seconds(*, member_id: int, recalled: bool = False) -> int:
    """Return for how many seconds a member's answers rest, to be taken back; 0: they leave at once.

    Who never chose waits only where what was said cannot be ``recalled`` afterwards.
    """
    found = rows("SELECT undo_seconds FROM replies_manner WHERE member_id = %s", [member_id])
    if not found:
        return 0 if recalled else UNDO_SECONDS
    return int(found[0][0])
