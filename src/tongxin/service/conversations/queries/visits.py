"""A conversation as the person sees it: no notes, no inner workings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, When

from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.sql import rows
from tongxin.center.people.models import Identity
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.service.channels.models import Inbox
from tongxin.service.conversations.models import Conversation, Message, Rating
from tongxin.service.conversations.queries.threads import (
    _COLUMNS,
    MessageRow,
    RatingRow,
    message_rows,
)
from tongxin.service.conversations.rules import RATING_EDITABLE
from tongxin.service.conversations.values import Kind, Status

_ADDRESSES = """
SELECT c.id, c.inbox_id, i.kind, i.value
FROM conversations_conversation c JOIN people_identity i ON i.id = c.endpoint_id
WHERE c.id = ANY(%(ids)s::bigint[])
  AND (%(workspace)s::bigint IS NULL OR c.workspace_id = %(workspace)s::bigint)
"""
LATEST = 50
IS_OVER = Case(When(status=Status.RESOLVED, then=1), default=0)
TALKS = 20  # how many conversations back a person is shown


@dataclass(frozen=True)
class Visit:
    """The latest conversation at an address, and what was said there, oldest first."""

    person_id: int
    person_name: str
    conversation_id: ConversationId
    status: Status
    assignee_id: int | None
    member_seen_id: int
    rating: RatingRow | None
    rating_until: datetime | None


def visit(*, inbox_id: int, address: Address) -> Visit | None:
    """Return where a visitor stands: in what is open, else in what ended last; None at first."""
    columns = ("person_id", "person__name", "pk", "status", "assignee_id", "member_seen_id")
    theirs = _theirs(inbox_id, address).order_by(IS_OVER, "-pk")
    row = theirs.values_list(*columns).first()
    if row is None:
        return None
    rating = Rating.objects.filter(pk=row[2]).first()
    said = rating and RatingRow(rating.score, rating.is_solved, rating.comment, rating.rated_at)
    until = rating.rated_at + RATING_EDITABLE if rating else None
    person_id, name, pk, status, assignee_id, seen = row
    return Visit(person_id, name, pk, Status(status), assignee_id, seen, said or None, until)


def said(*, inbox_id: int, address: Address, after: int = 0) -> Sequence[MessageRow]:
    """Return what both sides said, oldest first: the latest, or all after one (at most 200)."""
    talks = list(_theirs(inbox_id, address).order_by("-pk").values_list("pk", flat=True)[:TALKS])
    messages = Message.objects.filter(conversation__in=talks, kind__in=[Kind.IN, Kind.OUT])
    if after:
        return message_rows(
            messages.filter(pk__gt=after).order_by("pk").values_list(*_COLUMNS)[:200]
        )
    latest = messages.order_by("-pk").values_list(*_COLUMNS)[:LATEST]
    return message_rows(list(latest)[::-1])


def addresses(
    *, conversation_ids: Collection[int], workspace_id: int | None = None
) -> Mapping[int, tuple[int, str, str]]:
    """Return where each conversation's person is reached: (inbox_id, kind, value)."""
    values = {"ids": list(conversation_ids), "workspace": workspace_id}
    return {pk: (inbox, kind, value) for pk, inbox, kind, value in rows(_ADDRESSES, values)}


def _theirs(inbox_id: int, address: Address) -> QuerySet[Conversation]:
    """A verified account sees all of its person's conversations here; a stranger those of the address.

    The identity is looked up first: joined in, PostgreSQL would walk all conversations from the newest.
    """
    here = Conversation.objects.filter(inbox_id=inbox_id)
    identity = (
        # What is proved is unique in a workspace, and has an index; the inbox tells the workspace.
        Identity.objects.filter(
            workspace_id=Inbox.objects.filter(pk=inbox_id).values("workspace_id")[:1],
            kind=address.kind,
            value=address.value,
            verified_at__isnull=False,
            retired_at=None,
        )
        .values_list("pk", "person_id")
        .first()
    )
    if identity is None:
        return here.none()
    pk, person_id = identity
    return (
        here.filter(person_id=person_id)
        if address.kind == EXTERNAL
        else here.filter(endpoint_id=pk)
    )
