"""Whom facts call."""

from collections.abc import Mapping, Sequence

from tongxin.center.accounts.queries import who_may
from tongxin.center.people.queries import names as names_of
from tongxin.center.timeline.relay import handles
from tongxin.center.timeline.values import Delivered
from tongxin.service.conversations.queries import messages_by_id
from tongxin.service.conversations.values import Back, Owner
from tongxin.service.notices.actions import (
    Call,
    Note,
    alert,
    give,
    notify_mentioned,
    push,
)
from tongxin.service.notices.actions.alerting import Alert
from tongxin.service.notices.queries import called_in, heard, takes_pushes
from tongxin.service.notices.rules import named, told
from tongxin.service.notices.values import About, Occasion


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


@handles("conversation.assigned", batch=2000)
def tell_idle_owners(events: Sequence[Delivered]) -> None:
    """Who let somebody wait too long hears that somebody else serves them now."""
    lost = [event for event in events if event.data.get("reason") == Back.IDLE]
    give(
        calls=[
            Call(
                event.workspace_id, event.data["before"], About.IDLE, event.data["conversation_id"],
                event.actor, event.id, event.happened_at,
            )
            for event in lost
        ]
    )  # fmt: skip


@handles("conversation.handed_over", batch=500)
def tell_new_owners(events: Sequence[Delivered]) -> None:
    """Who was given a conversation by a colleague hears of it, and why."""
    given = [event for event in events if event.data["to"] == Owner.AGENT]
    give(
        calls=[
            Call(
                event.workspace_id, event.data["member_id"], About.HANDED, event.data["conversation_id"],
                event.actor, event.id, event.happened_at, event.data["reason"],
            )
            for event in given
            if event.actor != f"member:{event.data['member_id']}"
        ]
    )  # fmt: skip


@handles("conversation.event", batch=500)
def tell_who_is_rung(events: Sequence[Delivered]) -> None:
    """Whose telephone rings sees at the desk who calls."""
    ringing = [event for event in events if event.data["event"] == About.RINGING]
    names = names_of(person_ids={event.person_id for event in ringing if event.person_id})
    here = who_may(workspace_ids={e.workspace_id for e in ringing}, permission="conversation.read")
    give(
        calls=[
            Call(
                event.workspace_id, member_id, About.RINGING, event.data["conversation_id"],
                event.actor, event.id, event.happened_at, names.get(event.person_id or 0, ""),
            )
            for event in ringing
            if (member_id := event.data["details"].get("member_id")) in here.get(event.workspace_id, ())
        ]
    )  # fmt: skip


@handles("message.received", "notice.given", batch=2000)
def alert_desks(events: Sequence[Delivered]) -> None:
    """Desks that are open sound, or show what happened."""
    alert(alerts=_alerts(events))


@handles("message.received", "notice.given", batch=500, outside=True)
def push_to_devices(events: Sequence[Delivered]) -> None:
    """Members' devices show what is theirs, wherever they are."""
    if not takes_pushes(workspace_ids={event.workspace_id for event in events}):
        return
    theirs = [one for one in _alerts(events) if one.member_id is not None]
    if theirs:
        push(alerts=theirs, now=max(event.recorded_at for event in events))


def _alerts(events: Sequence[Delivered]) -> list[Alert]:
    heard_of = (e.data for e in events if e.kind == "message.received")
    said = {data["conversation_id"]: data["message_id"] for data in heard_of}  # the last of each
    given = [e.data["notice_id"] for e in events if "notice_id" in e.data]
    mine = [
        Alert(
            row.workspace_id, row.assignee_id, Occasion.MINE if row.assignee_id else Occasion.WAITING,
            row.conversation_id, named(row.name, row.language) if row.assignee_id else "",
            row.text if row.assignee_id else "",  # not everybody may read what nobody has
        )
        for row in (heard(message_ids=said.values()) if said else ())
    ]  # fmt: skip
    called = [
        Alert(
            row.workspace_id, row.member_id, Occasion.CALLED, row.conversation_id,
            told(row.about, row.author, row.number, row.language), row.text, row.about == About.RINGING,
        )
        for row in (called_in(notice_ids=given) if given else ())
    ]  # fmt: skip
    return [*mine, *called]


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
