"""What a member is called to look at."""

from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, Label, MessageId, NoticeId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.registry import check_member, query
from tongxin.center.kit.sql import rows
from tongxin.service.notices.models import Notice
from tongxin.service.notices.values import About

_COLUMNS = (
    "pk", "about", "conversation_id", "conversation__number", "message_id", "author", "text",
    "given_at", "read_at",
)  # fmt: skip
_IS_CALLED = """SELECT EXISTS (
    SELECT FROM notices_notice WHERE member_id = %s AND workspace_id = %s AND conversation_id = %s AND read_at IS NULL
)"""
# How many notices the member wait for, whose id is told by the text that is filled in.
UNREAD = "SELECT count(*) FROM notices_notice WHERE member_id = {} AND read_at IS NULL"
_UNREAD = UNREAD.format("%s")


@dataclass(frozen=True)
class NoticeRow:
    """Why a member is to look at a conversation; ``read_at`` is null until they did."""

    id: NoticeId
    about: About
    conversation_id: ConversationId
    number: int
    message_id: MessageId | None
    author: Label
    text: str
    given_at: datetime
    read_at: datetime | None


@query("notice.list", needs="conversation.read")
def notices(*, actor: Actor, cursor: str | None = None, limit: Limit = 30) -> Page[NoticeRow]:
    """Return what one is called to look at, newest first.

    Raises Refused: ``cursor.invalid``, ``actor.member``.
    """
    check_member(actor)
    found = Notice.objects.filter(workspace_id=actor.workspace_id, member_id=actor.id)
    if cursor is not None:
        found = found.filter(pk__lt=read_cursor(cursor, 1)[0])
    listed = found.order_by("-pk").values_list(*_COLUMNS)[: limit + 1]
    return page(
        [NoticeRow(row[0], About(row[1]), *row[2:]) for row in listed], limit, lambda row: (row.id,)
    )


@query("notice.count", needs="conversation.read")
def count(*, actor: Actor) -> int:
    """Return how many one has not seen yet. Raises Refused: ``actor.member``."""
    check_member(actor)
    return unread(member_id=actor.id)


def unread(*, member_id: int) -> int:
    [(found,)] = rows(_UNREAD, [member_id])
    return int(found)


def is_called(*, actor: Actor, conversation_id: int) -> bool:
    """Whether this member was called to look at a conversation, and has not yet."""
    if actor.kind != "member":
        return False
    [(found,)] = rows(_IS_CALLED, [actor.id, actor.workspace_id, conversation_id])
    return bool(found)
