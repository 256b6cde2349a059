"""What conversations do when something happened."""

from collections.abc import Sequence

from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.channels.ports import Failure
from tongxin.service.conversations import actions
from tongxin.service.conversations.actions.sending import Mended, Told
from tongxin.service.conversations.values import Mend, State


@handles(
    "message.received", "message.sent", "note.added", "message.edited", "message.recalled", batch=2000
)  # fmt: skip
def make_findable(events: Sequence[Delivered]) -> None:
    actions.index(message_ids=[event.data["message_id"] for event in events])


@handles("message.sent", batch=500)
def carry_out(events: Sequence[Delivered]) -> None:
    waiting = [event for event in events if not event.data["carried"]]
    if waiting:
        actions.carry_out(
            message_ids=[event.data["message_id"] for event in waiting],
            now=max(event.happened_at for event in waiting),
        )


@handles("departure.sent", "departure.failed", "departure.progressed", "departure.replayed", batch=500)  # fmt: skip
def note_departures(events: Sequence[Delivered]) -> None:
    said = [event for event in events if not event.data.get("mend_id")]
    if said:
        actions.note_departures(
            told=[_told(event) for event in said], now=max(event.happened_at for event in said)
        )


@handles("departure.mended", "departure.mend_failed", "departure.replayed", batch=500)
def note_mends(events: Sequence[Delivered]) -> None:
    mends = [event for event in events if event.data.get("mend_id")]
    if mends:
        actions.note_mends(
            told=[_mended(event) for event in mends], now=max(event.happened_at for event in mends)
        )


@handles("message.failed", batch=500)
def doubt(events: Sequence[Delivered]) -> None:
    """What came back because there is nobody makes its address suspect."""
    nobody = [e for e in events if e.data["error"] == Failure.INVALID_RECIPIENT]
    if nobody:
        now = max(event.happened_at for event in nobody)
        actions.doubt(message_ids=[event.data["message_id"] for event in nobody], now=now)


@handles("message.received", batch=2000)
def believe(events: Sequence[Delivered]) -> None:
    actions.believe(
        workspace_ids={event.workspace_id for event in events},
        message_ids=[event.data["message_id"] for event in events],
        now=max(event.happened_at for event in events),
    )


@handles("person.blocked")
def settle_blocked(events: Sequence[Delivered]) -> None:
    for event in events:
        if event.person_id is not None:
            actions.resolve_all(
                workspace_id=event.workspace_id, person_id=event.person_id, now=event.happened_at
            )


@handles("person.merged", "person.unmerged")
def follow_merges(events: Sequence[Delivered]) -> None:
    sources = {event.data["source_person_id"] for event in events}
    actions.follow_merges(person_ids=sources | {e.person_id for e in events if e.person_id})


def _mended(event: Delivered) -> Mended:
    state = {"departure.mended": Mend.NONE, "departure.replayed": Mend.QUEUED}.get(
        event.kind, Mend.FAILED
    )
    data = event.data
    return Mended(data["message_id"], data["mend_id"], state, data.get("failure", ""))


def _told(event: Delivered) -> Told:
    pk, data = event.data["message_id"], event.data
    if event.kind == "departure.sent":
        return Told(pk, State.SENT, external_id=data["external_id"] or None)
    if event.kind == "departure.failed":
        return Told(pk, State.FAILED, data["failure"])
    if event.kind == "departure.replayed":
        return Told(pk, State.QUEUED)
    return Told(pk, State(data["stage"]))
