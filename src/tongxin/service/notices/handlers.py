"""Whom facts call."""

from collections.abc import Sequence

from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.conversations.queries import messages_by_id
from tongxin.service.notices.actions import Note, notify_mentioned


@handles("note.added", batch=500)
def call_mentioned(events: Sequence[Delivered]) -> None:
    """Whoever a note names by ``@name`` is called."""
    by_message = {event.data["message_id"]: event for event in events}
    notify_mentioned(
        notes=[
            Note(
                event.workspace_id, row.conversation_id, row.id, row.author, row.text, event.id,
                event.happened_at,
            )
            for row in messages_by_id(message_ids=list(by_message))
            for event in [by_message[row.id]]
        ]
    )  # fmt: skip
