"""What ready words do when something happened."""

from collections.abc import Sequence

from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.replies.actions import interrupt


@handles("message.received", batch=2000)
def ask_again(events: Sequence[Delivered]) -> None:
    """Whoever scheduled words is asked whether they still fit."""
    interrupt(
        conversation_ids={event.data["conversation_id"] for event in events},
        now=max(event.happened_at for event in events),
    )
