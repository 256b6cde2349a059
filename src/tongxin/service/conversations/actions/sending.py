"""Carry replies out through channels that somebody else runs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.actor import house
from tongxin.center.people.values import Address
from tongxin.center.timeline.actions import record
from tongxin.service.channels.ports import Departure, Receipt
from tongxin.service.channels.queries import adapter, inboxes_by_id
from tongxin.service.conversations.actions.locking import columns
from tongxin.service.conversations.events import MessageFailed
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.values import State


def carry_out(*, message_ids: Sequence[int], now: datetime) -> int:
    """Hand queued messages to their channels, grouped by inbox; returns how many were taken.

    Every departure carries its message's key, so that a provider can tell a repetition.
    """
    with transaction.atomic():
        queued = Message.objects.filter(pk__in=message_ids, state=State.QUEUED)
        messages = list(
            queued.select_for_update(of=("self",))
            .select_related("conversation__endpoint", "origin__endpoint")
            .order_by("pk")
        )
        by_inbox: dict[int, list[Message]] = defaultdict(list)
        for message in messages:
            by_inbox[message.inbox_id].append(message)
        inboxes = inboxes_by_id(inbox_ids=by_inbox)
        receipts = {
            receipt.message_id: receipt
            for inbox_id, theirs in by_inbox.items()
            for receipt in adapter(inboxes[inbox_id]).say([_departure(m) for m in theirs])
        }
        return _note(messages, receipts, now)


def _departure(message: Message) -> Departure:
    endpoint = (message.origin or message.conversation).endpoint
    recipient = Address(endpoint.kind, endpoint.value)
    return Departure(message.pk, f"message:{message.pk}", recipient, message.text)


def _note(messages: Sequence[Message], receipts: Mapping[int, Receipt], now: datetime) -> int:
    for message in messages:
        receipt = receipts.get(message.pk, Receipt(message.pk, error="no_receipt"))
        message.state = State.FAILED if receipt.error else State.SENT
        message.error = receipt.error
        message.external_id = receipt.external_id or None
    Message.objects.bulk_update(messages, ["state", "error", "external_id"])
    failed = [m for m in messages if m.error]
    record(
        MessageFailed(
            **columns(house(m.workspace_id), m.conversation, now),
            conversation_id=m.conversation_id,
            message_id=m.pk,
            error=m.error,
        )
        for m in failed
    )
    return len(messages) - len(failed)
