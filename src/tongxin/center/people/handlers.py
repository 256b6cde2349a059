"""What people do when something happened."""

from collections.abc import Sequence

from tongxin.center.people import actions
from tongxin.center.people.values import EXTERNAL
from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered


@handles(
    "person.met", "person.added", "person.changed", "person.merged", "person.unmerged", "identity.claimed",
    "identity.withdrawn", "identity.verified", batch=1000,
)  # fmt: skip
def make_findable(events: Sequence[Delivered]) -> None:
    actions.index(person_ids=_touched(events))


@handles(
    "person.met", "person.changed", "person.unmerged", "identity.claimed", "identity.verified",
    batch=1000,
)  # fmt: skip
def propose_duplicates(events: Sequence[Delivered]) -> None:
    """Newcomers count only with an account: nobody else can share a visitor's own address."""
    telling = [e for e in events if e.kind != "person.met" or e.data["identity_kind"] == EXTERNAL]
    if telling:
        now = max(event.happened_at for event in telling)
        actions.find_duplicates(person_ids=_touched(telling), now=now)


def _touched(events: Sequence[Delivered]) -> set[int]:
    sources = {e.data["source_person_id"] for e in events if "source_person_id" in e.data}
    return sources | {e.person_id for e in events if e.person_id is not None}
