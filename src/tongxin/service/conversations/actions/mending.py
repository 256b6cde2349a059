"""Mend what was said: other words, or none. What was said before is kept for colleagues."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.service.channels.actions import Mend, left, mend_departures
from tongxin.service.channels.queries import carried_by_live, inboxes_by_id, mendable_for
from tongxin.service.conversations.actions.checks import check_filled
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.saying import Words
from tongxin.service.conversations.events import MessageEdited, MessageRecalled
from tongxin.service.conversations.models import (
    Carried,
    Conversation,
    Message,
    MessageIndex,
    Revision,
)
from tongxin.service.conversations.rules import is_mendable, preview
from tongxin.service.conversations.values import Changed, Kind, State

_EDIT, _RECALL = "edit", "recall"


@dataclass(frozen=True)
class _Mending:
    """What is to be mended: which messages somebody else carries (``away``), and which of these left already."""

    conversations: Mapping[int, Conversation]
    messages: Sequence[Message]
    away: Collection[int]
    gone: Collection[int]

    def allows(self, message: Message, within: timedelta, now: datetime) -> bool:
        """Whether a message can be changed: it still waits here, or it is mended ``within`` so long there."""
        state = State(message.state)
        is_there = message.pk not in self.away or message.pk in self.gone
        if not is_there:
            return state is State.QUEUED
        return is_mendable(state, message.sent_at, within, now)


@action("message.edit", needs="conversation.write")
def edit(*, actor: Actor, message_id: MessageId, text: str, now: datetime) -> int:
    """Say something else instead, where the channel allows; the person sees that it was edited.

    Returns 1 where the words changed. Raises Refused: ``message.missing``, ``message.not_own``,
    ``message.fixed``, ``message.empty``, ``message.too_long``, ``message.unfilled``.
    """
    words = Words.checked(actor, text)
    check_filled(words.text)
    mending = _own(actor, [message_id], _EDIT, now)
    [message] = mending.messages
    if message.changed == Changed.RECALLED:
        raise _fixed()
    if message.text == words.text:
        return 0
    _change(actor, mending, [message], words.text, now)
    where = columns(actor, mending.conversations[message.conversation_id], now)
    record([MessageEdited(**where, conversation_id=message.conversation_id, message_id=message.pk)])
    return 1


@action("message.recall", needs="conversation.write")
def recall(*, actor: Actor, message_ids: Sequence[MessageId], now: datetime) -> int:
    """Take back what one said, where the channel allows; the person sees that something was.

    Returns how many were not taken back yet. Raises Refused: ``message.missing``,
    ``message.not_own``, ``message.fixed``.
    """
    mending = _own(actor, message_ids, _RECALL, now)
    changing = [m for m in mending.messages if m.changed != Changed.RECALLED]
    _change(actor, mending, changing, None, now)
    record(
        MessageRecalled(
            **columns(actor, mending.conversations[m.conversation_id], now),
            conversation_id=m.conversation_id,
            message_id=m.pk,
        )
        for m in changing
    )
    return len(changing)


def _own(actor: Actor, message_ids: Sequence[int], verb: str, now: datetime) -> _Mending:
    """Return one's own messages that can be mended, and their conversations, locked."""
    said = Message.objects.filter(workspace_id=actor.workspace_id, pk__in=message_ids)
    places = dict(said.values_list("pk", "conversation_id"))
    conversations = {c.pk: c for c in held(actor, sorted(set(places.values())))}
    if set(places) != set(message_ids) or set(places.values()) != set(conversations):
        raise Refused("message.missing", _("There is no such message."), Reason.MISSING)
    # Locked, so that nobody puts them into a queue as they were.
    messages = list(said.order_by("pk").select_for_update(no_key=True))
    if any(m.author != actor.label or m.kind != Kind.OUT for m in messages):
        raise Refused(
            "message.not_own", _("Only what one said oneself can be changed."), Reason.FORBIDDEN
        )
    inboxes = inboxes_by_id(inbox_ids={m.inbox_id for m in messages})
    away = {m.pk for m in messages if not carried_by_live(inboxes[m.inbox_id].channel)}
    gone = left(messages={(m.pk, m.inbox_id) for m in messages if m.pk in away}) if away else set()
    mending = _Mending(conversations, messages, frozenset(away), frozenset(gone))
    if verb == _EDIT and Carried.objects.filter(message__in=away).exists():
        raise _fixed()  # it goes as a template, which says nothing else
    for m in messages:
        within: timedelta = getattr(mendable_for(inboxes[m.inbox_id].channel), verb)
        if m.changed != Changed.RECALLED and not mending.allows(m, within, now):
            raise _fixed()
    return mending


def _fixed() -> Refused:
    return Refused(
        "message.fixed", _("This can no longer be changed for the person."), Reason.CONFLICT
    )


def _change(
    actor: Actor, mending: _Mending, messages: Sequence[Message], text: str | None, now: datetime
) -> None:
    """Let messages say something else from now on (null: nothing), wherever they are on their way."""
    revisions = (revision_of(m, actor.label, now) for m in messages)
    kept = {one.message_id: one.pk for one in Revision.objects.bulk_create(revisions)}
    mends = [
        Mend(m.pk, m.inbox_id, kept[m.pk], m.text if text is None else text, recalls=text is None)
        for m in messages
        if m.pk in mending.away
    ]
    mend_departures(mends=mends, gone=mending.gone, now=now)
    for m in messages:
        m.text, m.file_ids = ("", []) if text is None else (text, m.file_ids)
        m.changed = Changed.RECALLED if text is None else Changed.EDITED
        m.mend_state = State.QUEUED if m.pk in mending.gone else ""
        m.mend_error = ""
    write_changes(mending.conversations, messages)


def revision_of(message: Message, author: str, at: datetime) -> Revision:
    """Return what a message says now, to be kept."""
    return Revision(
        message=message, text=message.text, file_ids=message.file_ids, author=author, replaced_at=at
    )


def write_changes(conversations: Mapping[int, Conversation], messages: Sequence[Message]) -> None:
    """Write what changed; the search index takes it in anew when it hears of it."""
    Message.objects.bulk_update(
        messages, ["text", "file_ids", "changed", "mend_state", "mend_error"]
    )
    MessageIndex.objects.filter(message__in=messages).delete()
    last = []
    for m in messages:
        c = conversations[m.conversation_id]
        if c.last_message_id == m.pk:
            c.last_text = preview(m.text, m.kind) or "…"
            last.append(c)
    Conversation.objects.bulk_update(last, ["last_text"])
