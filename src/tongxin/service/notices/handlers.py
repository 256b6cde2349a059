"""Whom facts call."""

from collections.abc import Mapping, Sequence

from tongxin.center.accounts.queries import who_may
from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.conversations.queries import messages_by_id
from tongxin.service.notices.actions import Call, Note, give, notify_mentioned
from tongxin.service.notices.values import About


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


@handles("reply.offered", "reply.returned", "reply.interrupted", batch=500)
def call_for_decisions(events: Sequence[Delivered]) -> None:
    """Reviewers are called to what is offered, authors to what comes back to them or asks again."""
    offered = {e.workspace_id for e in events if e.kind == "reply.offered"}
    approvers = who_may(workspace_ids=offered, permission="reply.approve")
    give(
        calls=[
            Call(
                event.workspace_id, member_id, _WHY[event.kind], event.data["conversation_id"],
                event.actor, event.id, event.happened_at, event.data.get("remark", ""),
            )
            for event in events
            for member_id in _called(event, approvers)
            if event.actor != f"member:{member_id}"
        ]
    )  # fmt: skip


def _called(event: Delivered, approvers: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """Return whom a fact calls: the one it names, or whoever may approve."""
    if event.kind == "reply.offered" and event.data["reviewer_id"] is None:
        return approvers.get(event.workspace_id, ())
    named = event.data.get("reviewer_id") or event.data.get("author_id")
    return [named] if named else []


_WHY = {
    "reply.offered": About.REVIEW,
    "reply.returned": About.RETURNED,
    "reply.interrupted": About.ASKING,
}
