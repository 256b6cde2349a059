"""Call members, and note that they have looked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tongxin.center.accounts.models import Member
from tongxin.center.accounts.values import EVERYONES
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import ConversationId, NoticeId
from tongxin.center.kit.registry import action, check_member
from tongxin.center.kit.text import clip
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import reaches
from tongxin.service.notices.events import NoticeGiven
from tongxin.service.notices.models import Notice
from tongxin.service.notices.rules import called
from tongxin.service.notices.values import About

_LONGEST_TEXT = 200
_NOWHERE = (None, 0)  # a conversation that is gone


@dataclass(frozen=True)
class Call:
    """Somebody is to be called; ``event_id`` is the fact it comes from."""

    workspace_id: int
    member_id: int
    why: About
    conversation_id: int
    author: str
    event_id: int
    at: datetime
    text: str = ""
    message_id: int | None = None


@dataclass(frozen=True)
class Note:
    """A note of a colleague, in which somebody may be called."""

    workspace_id: int
    conversation_id: int
    message_id: int
    author: str
    text: str
    event_id: int
    at: datetime


@action("notice.read", needs="conversation.read", quiet=True)
def read(*, actor: Actor, notice_ids: Sequence[NoticeId], now: datetime) -> int:
    """Note that one has seen these; returns how many were new. Raises Refused: ``actor.member``."""
    return _mine(actor).filter(pk__in=notice_ids).update(read_at=now)


@action("notice.read_about", needs="conversation.read", quiet=True)
def read_about(*, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime) -> int:
    """Note that one has looked at these conversations, and so seen why one was called there.

    Returns how many were new. Raises Refused: ``actor.member``.
    """
    return _mine(actor).filter(conversation__in=conversation_ids).update(read_at=now)


def notify_mentioned(*, notes: Sequence[Note]) -> int:
    """Call whom notes name by ``@name``: members who work there, but not the author themselves."""
    names = _names({note.workspace_id for note in notes if "@" in note.text})
    return give(
        calls=[
            Call(
                note.workspace_id, member_id, About.MENTION, note.conversation_id, note.author,
                note.event_id, note.at, note.text, note.message_id,
            )
            for note in notes
            for member_id in called(note.text, names.get(note.workspace_id, {}))
            if note.author != f"member:{member_id}"
        ]
    )  # fmt: skip


def give(*, calls: Iterable[Call]) -> int:
    """Call members, once for each fact; returns how many were called."""
    wanted = {(call.member_id, call.event_id): call for call in _reached(list(calls))}
    if not wanted:
        return 0
    with transaction.atomic():
        given = Notice.objects.filter(event_id__in={event_id for _member, event_id in wanted})
        for known in given.values_list("member_id", "event_id"):
            wanted.pop(known, None)
        made = Notice.objects.bulk_create([_row(call) for call in wanted.values()])
        record(_told(row, call) for row, call in zip(made, wanted.values(), strict=True))
    return len(wanted)


def _reached(calls: Sequence[Call]) -> list[Call]:
    """Leave out whom a call would show a conversation beyond their reach."""
    ids = {call.member_id for call in calls}
    limited = Member.objects.filter(pk__in=ids, custom__isnull=False)
    columns = ("pk", "custom__reach", "queue_ids")
    limits = {
        pk: Actor(0, "member", pk, frozenset(), reach=Reach(reach), queues=(EVERYONES, *queue_ids))
        for pk, reach, queue_ids in limited.exclude(custom__reach=Reach.ALL).values_list(*columns)
    }
    if not limits:
        return list(calls)
    talks = Conversation.objects.filter(pk__in={call.conversation_id for call in calls})
    stand = {pk: where for pk, *where in talks.values_list("pk", "assignee_id", "queue_id")}
    return [
        call
        for call in calls
        if call.member_id not in limits
        or reaches(limits[call.member_id], *stand.get(call.conversation_id, _NOWHERE))
    ]


def _mine(actor: Actor) -> QuerySet[Notice]:
    check_member(actor)
    return Notice.objects.filter(workspace_id=actor.workspace_id, member_id=actor.id, read_at=None)


def _row(call: Call) -> Notice:
    return Notice(
        workspace_id=call.workspace_id, member_id=call.member_id, about=call.why,
        conversation_id=call.conversation_id, message_id=call.message_id, author=call.author,
        text=clip(call.text, _LONGEST_TEXT), event_id=call.event_id, given_at=call.at,
    )  # fmt: skip


def _told(row: Notice, call: Call) -> NoticeGiven:
    where = about(call.workspace_id, call.author, "conversation", call.conversation_id, call.at)
    return NoticeGiven(
        **where, conversation_id=call.conversation_id, member_id=call.member_id, about=call.why,
        notice_id=row.pk,
    )  # fmt: skip


def _names(workspace_ids: Iterable[int]) -> Mapping[int, Mapping[int, str]]:
    """Return what the members of workspaces are called."""
    found: dict[int, dict[int, str]] = {}
    here = Member.objects.filter(workspace__in=workspace_ids, removed_at=None)
    for workspace_id, pk, name, email in here.values_list(
        "workspace_id", "pk", "user__name", "user__email"
    ):
        found.setdefault(workspace_id, {})[pk] = name or email.partition("@")[0]
    return found
