"""Mend what was said: other words, or none. What was said before is kept for colleagues."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clip
from tongxin.center.timeline.actions import record
from tongxin.service.channels.queries import inboxes_by_id, mendable_for
from tongxin.service.conversations.actions.checks import check_filled
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.writing import Words
from tongxin.service.conversations.events import MessageEdited, MessageRecalled
from tongxin.service.conversations.models import Conversation, Message, MessageIndex, Revision
from tongxin.service.conversations.rules import is_mendable
from tongxin.service.conversations.values import Changed, Kind, State

_PREVIEW = 160


@action("message.edit", needs="conversation.write")
def edit(*, actor: Actor, message_id: MessageId, text: str, now: datetime) -> int:
    """Say something else instead, where the channel allows; the person sees that it was edited.

    Returns 1 where the words changed. Raises Refused: ``message.missing``, ``message.not_own``,
    ``message.fixed``, ``message.empty``, ``message.too_long``, ``message.unfilled``.
    """
    words = Words.checked(actor, text)
    check_filled(words.text)
    conversations, [message] = _own(actor, [message_id], now)
    if message.changed == Changed.RECALLED:
        raise _fixed()
    if message.text == words.text:
        return 0
    _keep(actor, [message], now)
    message.text, message.changed = words.text, Changed.EDITED
    _write(conversations, [message])
    where = columns(actor, conversations[message.conversation_id], now)
    record([MessageEdited(**where, conversation_id=message.conversation_id, message_id=message.pk)])
    return 1


@action("message.recall", needs="conversation.write")
def recall(*, actor: Actor, message_ids: Sequence[MessageId], now: datetime) -> int:
    """Take back what one said, where the channel allows; the person sees that something was.

    Returns how many were not taken back yet. Raises Refused: ``message.missing``,
    ``message.not_own``, ``message.fixed``.
    """
    conversations, messages = _own(actor, message_ids, now)
    changing = [m for m in messages if m.changed != Changed.RECALLED]
    _keep(actor, changing, now)
    for message in changing:
        message.text, message.file_ids, message.changed = "", [], Changed.RECALLED
    _write(conversations, changing)
    record(
        MessageRecalled(
            **columns(actor, conversations[m.conversation_id], now),
            conversation_id=m.conversation_id,
            message_id=m.pk,
        )
        for m in changing
    )
    return len(changing)


def _own(
    actor: Actor, message_ids: Sequence[int], now: datetime
) -> tuple[Mapping[int, Conversation], Sequence[Message]]:
    """Return one's own messages that can be mended, and their conversations, locked."""
    said = Message.objects.filter(workspace_id=actor.workspace_id, pk__in=message_ids)
    places = dict(said.values_list("pk", "conversation_id"))
    conversations = {c.pk: c for c in held(actor, sorted(set(places.values())))}
    if set(places) != set(message_ids) or set(places.values()) != set(conversations):
        raise Refused("message.missing", _("There is no such message."), Reason.MISSING)
    messages = list(said.order_by("pk"))
    if any(m.author != actor.label or m.kind != Kind.OUT for m in messages):
        raise Refused(
            "message.not_own", _("Only what one said oneself can be changed."), Reason.FORBIDDEN
        )
    inboxes = inboxes_by_id(inbox_ids={m.inbox_id for m in messages})
    for message in messages:
        minutes = mendable_for(inboxes[message.inbox_id].channel)
        state, changed = State(message.state), Changed(message.changed)
        if changed is not Changed.RECALLED and not is_mendable(
            state, message.sent_at, minutes, now
        ):
            raise _fixed()
    return conversations, messages


def _fixed() -> Refused:
    return Refused(
        "message.fixed", _("This can no longer be changed for the person."), Reason.CONFLICT
    )


def _keep(actor: Actor, messages: Sequence[Message], now: datetime) -> None:
    Revision.objects.bulk_create(
        Revision(message=m, text=m.text, file_ids=m.file_ids, author=actor.label, replaced_at=now)
        for m in messages
    )


def _write(conversations: Mapping[int, Conversation], messages: Sequence[Message]) -> None:
    """Write what changed; the search index takes it in anew when it hears of it."""
    Message.objects.bulk_update(messages, ["text", "file_ids", "changed"])
    MessageIndex.objects.filter(message__in=messages).delete()
    last = []
    for m in messages:
        c = conversations[m.conversation_id]
        if c.last_message_id == m.pk:
            c.last_text = clip(m.text, _PREVIEW) or "…"
            last.append(c)
    Conversation.objects.bulk_update(last, ["last_text"])
