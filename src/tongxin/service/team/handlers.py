"""What the team does when something happened."""

from collections.abc import Sequence

from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.team import actions
from tongxin.service.team.values import UNANSWERED


@handles(
    "message.received", "message.sent", "conversation.resolved", "conversation.snoozed",
    "conversation.woke", "conversation.reopened", "conversation.assigned", "presence.changed",
    "capacity.changed", "skills.changed", "routing.changed", "conversation.moved",
    "conversation.handed_over", "queue.changed", "queue.staffed", "queue.closed", "conversation.event",
    batch=2000,
)  # fmt: skip
def route(events: Sequence[Delivered]) -> None:
    """Capacity came back, or somebody began to wait."""
    actions.route(
        workspace_ids={event.workspace_id for event in events},
        now=max(event.recorded_at for event in events),
    )


@handles("conversation.reopened", batch=2000)
def requeue(events: Sequence[Delivered]) -> None:
    """Somebody wrote again whose agent is not there now: somebody else may serve them."""
    theirs = [event for event in events if event.actor.startswith("person:")]
    for workspace_id in {event.workspace_id for event in theirs}:
        here = [event for event in theirs if event.workspace_id == workspace_id]
        actions.requeue(
            workspace_id=workspace_id,
            conversation_ids=[event.data["conversation_id"] for event in here],
            now=max(event.happened_at for event in here),
        )


@handles("message.received", batch=2000)
def requeue_absent(events: Sequence[Delivered]) -> None:
    """Somebody wrote whose agent is not there: where their queue says so, somebody else serves them."""
    for workspace_id in {event.workspace_id for event in events}:
        here = [event for event in events if event.workspace_id == workspace_id]
        actions.requeue(
            workspace_id=workspace_id, wherever=False,
            conversation_ids=sorted({event.data["conversation_id"] for event in here}),
            now=max(event.happened_at for event in here),
        )  # fmt: skip


@handles("conversation.event", batch=2000)
def follow_calls(events: Sequence[Delivered]) -> None:
    """Who waits at the line for somebody who is not there, or does not pick up, is for somebody else."""
    for workspace_id in {event.workspace_id for event in events}:
        here = [event for event in events if event.workspace_id == workspace_id]
        now = max(event.happened_at for event in here)
        missed = {
            e.data["conversation_id"]: e.data["details"].get("member_id", 0)
            for e in here
            if e.data["event"] == UNANSWERED
        }
        if missed:
            actions.take_back(workspace_id=workspace_id, lain=missed, now=now)
        if waiting := sorted({e.data["conversation_id"] for e in here if e.data["waits"]}):
            actions.requeue(workspace_id=workspace_id, conversation_ids=waiting, now=now)


@handles("member.removed")
def see_off(events: Sequence[Delivered]) -> None:
    for event in events:
        actions.see_off(
            workspace_id=event.workspace_id,
            member_id=event.data["member_id"],
            now=event.happened_at,
        )
