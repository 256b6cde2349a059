"""What outposts are told of, the moment it happens."""

from collections.abc import Sequence

from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.outposts.actions import tell_called
from tongxin.service.outposts.values import Want


@handles("notice.given", batch=200, outside=True)
def tell_outposts(events: Sequence[Delivered]) -> None:
    """Colleagues elsewhere hear who is called."""
    wanted = [event for event in events if event.data["about"] in set(Want)]
    if wanted:
        now = max(event.recorded_at for event in wanted)
        tell_called(notice_ids=[event.data["notice_id"] for event in wanted], now=now)
