"""What people do when something happened."""

from collections.abc import Sequence

from tongxin.center.people import actions
from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered


@handles(
    "person.met", "person.changed", "person.merged", "identity.claimed", "identity.verified",
    batch=1000,
)  # fmt: skip
def make_findable(events: Sequence[Delivered]) -> None:
    actions.index(person_ids={e.person_id for e in events if e.person_id is not None})
