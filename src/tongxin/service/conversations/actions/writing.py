"""Say something: to the person, or to colleagues only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, FileId, InboxId, MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clip
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import recognize
from tongxin.center.people.values import Address, Recognized
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.queries import carried_by_live, inboxes_by_id
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.locking import columns, has_newer, held, superseded
from tongxin.service.conversations.actions.opening import TURN, Beginning, begin
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationOpened,
    ConversationReopened,
    MessageSent,
    NoteAdded,
)
from tongxin.service.conversations.models import UNRESOLVED, Conversation, Draft, Message
from tongxin.service.conversations.values import Kind, State, Status

LONGEST_TEXT = 20_000
_LONGEST_CLIENT_ID = 64
_PREVIEW = 160
_LONGEST_KIND, _LONGEST_VALUE = 32, 250
_ANSWERED = """
UPDATE conversations_conversation c SET
    status = 'waiting', waiting_since = NULL, unanswered = 0, wants_human = false, resolved_at = NULL,
    last_message_id = answer.message_id, last_at = %s, last_text = %s, last_kind = 'out',
    assignee_id = COALESCE(c.assignee_id, %s::bigint), first_reply_at = COALESCE(c.first_reply_at, %s),
    woke = '', member_seen_id = answer.message_id
FROM unnest(%s::bigint[], %s::bigint[]) AS answer (id, message_id) WHERE c.id = answer.id
"""


@dataclass(frozen=True)
class Started:
    """The conversation that began (or went on), and the message in it."""

    conversation_id: ConversationId
    message_id: MessageId


@action("conversation.reply", needs="conversation.write")
def reply(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str,
    file_ids: Sequence[FileId] = (), client_id: str | None = None, now: datetime,
) -> list[MessageId]:  # fmt: skip
    """Answer the people of these conversations; returns the messages in the order of conversations.

    A ``client_id`` (at most 64 characters) makes repetitions return the first answer's messages. A
    member who answers an unassigned conversation takes it; a settled one goes on. Raises Refused:
    ``message.empty``, ``message.too_long``, ``message.client_id``, ``file.unknown``,
    ``conversation.has_newer``.
    """
    _check(actor, text, file_ids, client_id)
    conversations = held(actor, conversation_ids)
    said = _said_before(conversations, client_id)
    answering = [c for c in conversations if c.pk not in said]
    _check_can_go_on(answering)
    inboxes = inboxes_by_id(inbox_ids={c.inbox_id for c in answering})
    carried = {pk: carried_by_live(inbox.channel) for pk, inbox in inboxes.items()}
    messages = Message.objects.bulk_create(
        _message(actor, c, Kind.OUT, text, file_ids, client_id, now, carried[c.inbox_id])
        for c in answering
    )
    _answered(actor, answering, messages, now)
    record(
        MessageSent(
            **columns(actor, c, now),
            conversation_id=c.pk,
            message_id=m.pk,
            inbox_id=c.inbox_id,
            carried=carried[c.inbox_id],
        )
        for c, m in zip(answering, messages, strict=True)
    )
    said |= {m.conversation_id: m.pk for m in messages}
    return [said[c.pk] for c in conversations]


@action("conversation.note", needs="conversation.write")
def note(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str,
    file_ids: Sequence[FileId] = (), client_id: str | None = None, now: datetime,
) -> list[MessageId]:  # fmt: skip
    """Leave a note that only colleagues see. Raises Refused like ``conversation.reply``."""
    _check(actor, text, file_ids, client_id)
    conversations = held(actor, conversation_ids)
    said = _said_before(conversations, client_id)
    noting = [c for c in conversations if c.pk not in said]
    messages = Message.objects.bulk_create(
        _message(actor, c, Kind.NOTE, text, file_ids, client_id, now, is_carried=True)
        for c in noting
    )
    _forget_drafts(actor, noting, is_note=True)
    record(
        NoteAdded(**columns(actor, c, now), conversation_id=c.pk, message_id=m.pk)
        for c, m in zip(noting, messages, strict=True)
    )
    said |= {m.conversation_id: m.pk for m in messages}
    return [said[c.pk] for c in conversations]


@action("conversation.start", needs="conversation.write")
def start(
    *, actor: Actor, inbox_id: InboxId, address: Address, text: str, client_id: str | None = None,
    now: datetime,
) -> Started:  # fmt: skip
    """Write to somebody first. An unresolved conversation with this address goes on instead.

    Raises Refused: ``inbox.missing``, ``address.invalid``, ``message.empty``, ``message.too_long``.
    """
    _check(actor, text, (), client_id)
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    if inbox is None or inbox.workspace_id != actor.workspace_id:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    if not (0 < len(address.kind) <= _LONGEST_KIND and 0 < len(address.value) <= _LONGEST_VALUE):
        raise Refused("address.invalid", _("An address needs a kind and a value."))
    known = recognize(spots={(inbox.workspace_id, address)}, proof=actor.label, now=now)
    who = known[inbox.workspace_id, address.kind, address.value]
    conversation_id = _open_at(actor, inbox, who, text, now)
    [message_id] = reply(
        actor=actor, conversation_ids=[conversation_id], text=text, client_id=client_id, now=now
    )
    return Started(conversation_id, message_id)


def _open_at(actor: Actor, inbox: InboxRow, who: Recognized, text: str, now: datetime) -> int:
    """Return the unresolved conversation at this endpoint, beginning one where there is none."""
    take_turns(TURN, [(inbox.id, who.identity_id)])
    unresolved = Conversation.objects.filter(inbox_id=inbox.id, endpoint_id=who.identity_id).filter(
        UNRESOLVED
    )
    if (found := unresolved.values_list("pk", flat=True).first()) is not None:
        return found
    [pk] = begin(
        [Beginning(actor.workspace_id, inbox.id, who.identity_id, who.person_id, text, now)]
    )
    where = about(actor.workspace_id, actor.label, "conversation", pk, now, who.person_id)
    opened = ConversationOpened(
        **where, conversation_id=pk, inbox_id=inbox.id, channel=inbox.channel
    )
    record([opened])
    return pk


def _check(actor: Actor, text: str, file_ids: Sequence[int], client_id: str | None) -> None:
    if client_id is not None and len(client_id) > _LONGEST_CLIENT_ID:
        raise Refused("message.client_id", _("A client_id has at most 64 characters."))
    if not text.strip() and not file_ids:
        raise Refused("message.empty", _("There is nothing to send."))
    if len(text) > LONGEST_TEXT:
        raise Refused("message.too_long", _("A message has at most 20,000 characters."))
    if file_ids:
        files.belonging(workspace_id=actor.workspace_id, file_ids=file_ids)


def _check_can_go_on(answering: Sequence[Conversation]) -> None:
    resolved = [c for c in answering if c.status == Status.RESOLVED]
    if resolved and superseded(resolved):
        raise has_newer()


def _said_before(conversations: Sequence[Conversation], client_id: str | None) -> dict[int, int]:
    if client_id is None:
        return {}
    said = Message.objects.filter(conversation__in=conversations, client_id=client_id)
    return dict(said.values_list("conversation_id", "pk"))


def _message(  # noqa: PLR0913, PLR0917 - one column each
    actor: Actor, conversation: Conversation, kind: Kind, text: str, file_ids: Sequence[int],
    client_id: str | None, now: datetime, is_carried: bool,
) -> Message:  # fmt: skip
    return Message(
        conversation=conversation, workspace_id=conversation.workspace_id,
        inbox_id=conversation.inbox_id, kind=kind.value, author=actor.label,
        text=text.replace("\x00", ""), file_ids=list(file_ids), client_id=client_id,
        state=State.SENT if is_carried else State.QUEUED, sent_at=now,
    )  # fmt: skip


def _answered(
    actor: Actor, conversations: Sequence[Conversation], messages: Sequence[Message], now: datetime
) -> None:
    """It is the person's turn now; who answers an unassigned conversation takes it."""
    taking = [c for c in conversations if c.assignee_id is None and actor.kind == "member"]
    member_id = actor.id if actor.kind == "member" else None
    columns_ = [[m.conversation_id for m in messages], [m.pk for m in messages]]
    text = clip(messages[0].text, _PREVIEW) if messages else ""
    rows(_ANSWERED, [now, text, member_id, now, *columns_])
    _forget_drafts(actor, conversations, is_note=False)
    record(
        ConversationReopened(**columns(actor, c, now), conversation_id=c.pk)
        for c in conversations
        if c.status == Status.RESOLVED
    )
    record(
        ConversationAssigned(
            **columns(actor, c, now),
            conversation_id=c.pk,
            member_id=actor.id,
            before=None,
            automatic=False,
        )
        for c in taking
    )


def _forget_drafts(actor: Actor, conversations: Sequence[Conversation], *, is_note: bool) -> None:
    if actor.kind == "member":
        Draft.objects.filter(
            conversation__in=conversations, member_id=actor.id, is_note=is_note
        ).delete()
