"""The house's own rounds over words that rest: what is due leaves, what the person overtook asks."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Q

from tongxin.center.kit.actor import Actor, house
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.saying import Words
from tongxin.service.conversations.actions.writing import answer
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.values import Kind
from tongxin.service.replies.actions.holding import member_of, place_of, told
from tongxin.service.replies.events import ReplyCancelled, ReplyInterrupted, ReplyStuck
from tongxin.service.replies.models import Held
from tongxin.service.replies.values import OnReply, Rest

log = logging.getLogger(__name__)
_MOST_AT_ONCE = 200
_STALE = "conversation.stale"
_RESTS_THERE = """
SELECT EXISTS (
    SELECT FROM replies_held h JOIN conversations_conversation c ON c.id = h.conversation_id
    WHERE h.state = 'waiting' AND (c.id = ANY(%(ids)s::bigint[]) OR c.merged_into_id = ANY(%(ids)s::bigint[]))
)
"""


def release_due(*, now: datetime) -> int:
    """Send what is due, in every workspace; returns how many left.

    Each in its own transaction, which ends its rest and writes the message together: whoever is killed
    in between has done nothing, and nobody else holds the same words.
    """
    released = 0
    for _turn in range(_MOST_AT_ONCE):
        with transaction.atomic():
            due = Held.objects.filter(state=Rest.WAITING, due_at__lte=now)
            free = due.select_for_update(of=("self",), skip_locked=True)
            held = free.select_related("conversation").order_by("due_at", "pk").first()
            if held is None:
                break
            released += _release(held, now)
    return released


def interrupt(*, conversation_ids: Collection[int], now: datetime) -> int:
    """The person wrote: what was scheduled before asks, or is cancelled. Returns how many."""
    [(some,)] = rows(_RESTS_THERE, {"ids": list(conversation_ids)})
    if not some:  # nearly always: asked in plain SQL, for everybody who writes comes through here
        return 0
    with transaction.atomic():
        there = Q(conversation__in=conversation_ids) | Q(
            conversation__merged_into__in=conversation_ids
        )
        waiting = Held.objects.filter(there, state=Rest.WAITING)
        overtaken = waiting.exclude(on_reply=OnReply.SEND).select_related("conversation")
        held = list(overtaken.select_for_update(of=("self",)).order_by("pk"))
        newest = _newest_heard({place_of(h) for h in held})
        late = [h for h in held if newest.get(place_of(h), 0) > h.seen_id]
        for one in late:
            _stop(one, now)
        return len(late)


def _release(held: Held, now: datetime) -> int:
    kind, _, number = held.author.partition(":")
    author = Actor(held.workspace_id, kind, int(number), frozenset({"conversation.write"}))
    seen = None if held.on_reply == OnReply.SEND else held.seen_id
    words = Words(held.text, held.file_ids, held.client_id, seen, rested=True)
    try:
        with transaction.atomic():
            answer(author, [held.conversation_id], words, now)
            held.delete()
    except Refused as refused:
        if refused.code == _STALE:
            _stop(held, now)
        else:
            _stuck(held, refused.code, now)
        return 0
    except DatabaseError:
        raise
    except Exception:
        log.exception("words could not leave at their time")
        _stuck(held, "error", now)
        return 0
    return 1


def _stop(held: Held, now: datetime) -> None:
    by = house(held.workspace_id).label
    if held.on_reply == OnReply.CANCEL:
        held.state = Rest.CANCELLED
        record([told(ReplyCancelled, by, held, now)])
    else:
        held.state = Rest.ASKING
        record([told(ReplyInterrupted, by, held, now, author_id=member_of(held.author))])
    held.save(update_fields=["state"])


def _stuck(held: Held, error: str, now: datetime) -> None:
    held.state, held.error = Rest.FAILED, error
    held.save(update_fields=["state", "error"])
    record([told(ReplyStuck, house(held.workspace_id).label, held, now, error=error)])


def _newest_heard(conversation_ids: Collection[int]) -> dict[int, int]:
    heard = Message.objects.filter(conversation__in=conversation_ids, kind=Kind.IN)
    found = heard.order_by("conversation_id", "-pk").distinct("conversation_id")
    return dict(found.values_list("conversation_id", "pk"))
