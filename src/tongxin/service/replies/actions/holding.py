"""Let words rest until their time: some seconds, so that they can be taken back, or until a date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, FileId, HeldId, MessageId
from tongxin.center.kit.moments import Moment
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action, check_member
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.actions.checks import check_filled, check_seen
from tongxin.service.conversations.actions.locking import held as conversations_held
from tongxin.service.conversations.actions.saying import Words, forget_drafts, said_before
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import reached, reaching
from tongxin.service.replies.events import (
    HeldFact,
    ReplyCancelled,
    ReplyHeld,
    ReplyOffered,
    ReplyRescheduled,
)
from tongxin.service.replies.models import Held, Manner
from tongxin.service.replies.values import WITHIN, OnReply, Rest

LONGEST_UNDO = 60
_FURTHEST = timedelta(days=366)
TIMED = (Rest.WAITING, Rest.ASKING, Rest.FAILED)
_HERE = f"SELECT h.id {WITHIN} AND h.id = ANY(%(ids)s::bigint[]) ORDER BY h.id"
RESTING = (*TIMED, Rest.REVIEW, Rest.RETURNED)
Seconds = Annotated[int, Field(ge=1, le=LONGEST_UNDO)]


@action("conversation.hold", needs="conversation.write")
def hold(  # noqa: PLR0913 - what a caller may say of one answer
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str, seconds: Seconds = 10,
    file_ids: Sequence[FileId] = (), client_id: str | None = None,
    last_seen_message_id: MessageId | None = None, now: datetime,
) -> list[HeldId]:  # fmt: skip
    """Answer, but let the words rest for some seconds in which they can be taken back.

    Raises Refused like ``conversation.reply``.
    """
    words = Words.checked(actor, text, file_ids, client_id)
    wanted = Held(
        is_scheduled=False, on_reply=OnReply.SEND, due_at=now + timedelta(seconds=seconds)
    )
    return rest(actor, conversation_ids, replace(words, seen=last_seen_message_id), wanted, now)


@action("conversation.schedule", needs="conversation.write")
def schedule(  # noqa: PLR0913 - what a caller may say of one answer
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str, at: Moment,
    on_reply: OnReply = OnReply.ASK, file_ids: Sequence[FileId] = (), client_id: str | None = None,
    last_seen_message_id: MessageId | None = None, now: datetime,
) -> list[HeldId]:  # fmt: skip
    """Answer at a time to come. Where the person writes before it, somebody is asked (or as one wants).

    Raises Refused: ``schedule.past``, ``schedule.far``, and like ``conversation.reply``.
    """
    words = Words.checked(actor, text, file_ids, client_id)
    _check_time(at, now)
    wanted = Held(is_scheduled=True, on_reply=on_reply, due_at=at)
    return rest(actor, conversation_ids, replace(words, seen=last_seen_message_id), wanted, now)


@action("held.reschedule", needs="conversation.write")
def reschedule(*, actor: Actor, held_ids: Sequence[HeldId], at: Moment, now: datetime) -> int:
    """Let resting words leave at another time; returns how many. They wait again where they asked.

    Raises Refused: ``schedule.past``, ``schedule.far``.
    """
    _check_time(at, now)
    resting = [
        h for h in resting_of(actor, held_ids, TIMED) if (h.due_at, h.state) != (at, Rest.WAITING)
    ]
    changes = {"due_at": at, "state": Rest.WAITING, "error": "", "is_scheduled": True}
    return _move(actor, resting, changes, now)


@action("held.release", needs="conversation.write")
def release(*, actor: Actor, held_ids: Sequence[HeldId], now: datetime) -> int:
    """Let resting words leave at once, whatever was said meanwhile; returns how many were resting."""
    resting = [
        h for h in resting_of(actor, held_ids, TIMED) if h.due_at > now or h.state != Rest.WAITING
    ]
    changes = {"due_at": now, "state": Rest.WAITING, "error": "", "on_reply": OnReply.SEND}
    return _move(actor, resting, changes, now)


@action("held.cancel", needs="conversation.write")
def cancel(*, actor: Actor, held_ids: Sequence[HeldId], now: datetime) -> Sequence[HeldId]:
    """Take resting words back; returns those that were still here. What was sent meanwhile is not."""
    resting = list(resting_of(actor, held_ids, RESTING))
    Held.objects.filter(pk__in=[h.pk for h in resting]).update(state=Rest.CANCELLED)
    record(told(ReplyCancelled, actor.label, h, now) for h in resting)
    return [h.pk for h in resting]


@action("held.set_undo", needs="conversation.write", quiet=True)
def set_undo(
    *, actor: Actor, seconds: Annotated[int, Field(ge=0, le=LONGEST_UNDO)], now: datetime
) -> int:
    """Choose for how many seconds one's own answers can be taken back at the desk (0: they leave at once).

    Raises Refused: ``actor.member``.
    """
    check_member(actor)
    Manner.objects.update_or_create(member_id=actor.id, defaults={"undo_seconds": seconds})
    return seconds


def told(fact: type[HeldFact], by: str, held: Held, now: datetime, **more: object) -> HeldFact:
    """Return a fact about resting words."""
    pk = place_of(held)
    where = about(
        held.workspace_id, by, "conversation", pk, now, held.conversation.person_id
    )  # fmt: skip
    return fact(**where, conversation_id=pk, held_id=held.pk, **more)


def place_of(held: Held) -> int:
    """Return where the conversation goes on: with another, where it was merged away."""
    return held.conversation.merged_into_id or held.conversation_id


def member_of(label: str) -> int | None:
    """Return which member a label names, if it is one."""
    kind, _, number = label.partition(":")
    return int(number) if kind == "member" else None


def rest(
    actor: Actor, conversation_ids: Sequence[int], words: Words, wanted: Held, now: datetime
) -> list[int]:
    """Let words rest as ``wanted`` says, once under one ``client_id``; returns the held of each."""
    check_filled(words.text)
    conversations = conversations_held(actor, conversation_ids)
    named = _named(conversations, conversation_ids)
    resting = _resting_before(list(named.values()), words.client_id)
    said = said_before(conversations, words.client_id)
    fresh = [c for c in conversations if named[c.pk].pk not in resting and c.pk not in said]
    if words.seen is not None:
        check_seen(fresh, words.seen)
    made = Held.objects.bulk_create(
        _copies(actor, [(named[c.pk], c) for c in fresh], words, wanted, now)
    )
    forget_drafts(actor, fresh, is_note=False)
    record(_resting_told(actor, h, now) for h in made)
    resting |= {h.conversation_id: h.pk for h in made}
    return [resting[named[c.pk].pk] for c in conversations if named[c.pk].pk in resting]


def _named(conversations: Sequence[Conversation], asked: Sequence[int]) -> dict[int, Conversation]:
    """Return as which each was asked for: of what was merged into it, words go to its own person."""
    named = {c.pk: c for c in conversations}
    others = set(asked) - named.keys()
    if others:
        merged = Conversation.objects.filter(pk__in=others, merged_into__in=set(named) - set(asked))
        named |= {c.merged_into_id or c.pk: c for c in merged.order_by("-pk")}
    return named


def _resting_told(actor: Actor, h: Held, now: datetime) -> HeldFact:
    if h.state == Rest.REVIEW:
        return told(ReplyOffered, actor.label, h, now, reviewer_id=h.reviewer_id)
    due = h.due_at.isoformat()
    return told(ReplyHeld, actor.label, h, now, due=due, scheduled=h.is_scheduled)


def _copies(
    actor: Actor,
    fresh: Iterable[tuple[Conversation, Conversation]],
    words: Words,
    wanted: Held,
    now: datetime,
) -> Iterable[Held]:
    return (
        Held(
            workspace_id=actor.workspace_id, conversation=own, author=actor.label, text=words.text,
            file_ids=list(words.file_ids), client_id=words.client_id, held_at=now,
            seen_id=c.last_message_id if words.seen is None else words.seen,
            is_scheduled=wanted.is_scheduled, on_reply=wanted.on_reply, due_at=wanted.due_at,
            state=wanted.state, reviewer_id=wanted.reviewer_id,
        )
        for own, c in fresh
    )  # fmt: skip


def _resting_before(conversations: Sequence[Conversation], client_id: str | None) -> dict[int, int]:
    if client_id is None:
        return {}
    found = Held.objects.filter(conversation__in=conversations, client_id=client_id)
    return dict(found.values_list("conversation_id", "pk"))


def resting_of(actor: Actor, held_ids: Sequence[int], states: Sequence[Rest]) -> QuerySet[Held]:
    """Return resting words in one of these states and within the actor's reach, locked."""
    values = {"ids": list(held_ids), "states": [state.value for state in states]}
    found = rows(_HERE.format(reached=reached(actor)), reaching(actor) | values)
    mine = Held.objects.filter(pk__in=[pk for (pk,) in found], state__in=states)
    locked = mine.select_for_update(of=("self",)).select_related("conversation")
    return locked.order_by("pk")


def _move(
    actor: Actor, resting: Sequence[Held], changes: Mapping[str, object], now: datetime
) -> int:
    Held.objects.filter(pk__in=[h.pk for h in resting]).update(**changes)
    due = changes["due_at"]
    record(
        told(ReplyRescheduled, actor.label, h, now, due=due.isoformat())  # type: ignore[attr-defined]
        for h in resting
    )
    return len(resting)


def _check_time(at: datetime, now: datetime) -> None:
    if at <= now:
        raise Refused("schedule.past", _("Choose a time in the future."))
    if at > now + _FURTHEST:
        raise Refused("schedule.far", _("Choose a time within a year."))
