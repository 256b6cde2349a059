"""A visitor turns out to be somebody: their conversations go along."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import verify
from tongxin.center.people.values import Address, Recognized
from tongxin.service.channels.values import InboxRow
from tongxin.service.channels.visitors import Claim
from tongxin.service.conversations.actions.opening import TURN
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Status


@transaction.atomic
def welcome(*, inbox: InboxRow, claim: Claim, visitor: Address | None, now: datetime) -> Recognized:
    """Recognize whom the company's server signed for, and bring along what they said as a stranger.

    The conversation that is open at their anonymous address goes on at the account's address, unless
    one is open there already.
    """
    who = verify(
        workspace_id=inbox.workspace_id, subject=claim.subject, name=claim.name, visitor=visitor,
        proof=f"jwt:{inbox.id}", now=now,
    )  # fmt: skip
    if visitor is not None:
        _bring_along(inbox, visitor, who)
    return who


def follow_merges(*, merges: Sequence[tuple[int, int]]) -> None:
    """Let the conversations of merged people belong to those who stay: (source, target) person ids."""
    for source_id, target_id in merges:
        Conversation.objects.filter(person_id=source_id).update(person_id=target_id)


def _bring_along(inbox: InboxRow, visitor: Address, who: Recognized) -> None:
    here = Conversation.objects.filter(inbox_id=inbox.id)
    theirs = here.filter(
        endpoint__kind=visitor.kind,
        endpoint__value=visitor.value,
        endpoint__person_id=who.person_id,
    )
    theirs.update(person_id=who.person_id)
    take_turns(TURN, [(inbox.id, who.identity_id)])
    if not here.filter(endpoint_id=who.identity_id).exclude(status=Status.RESOLVED).exists():
        theirs.exclude(status=Status.RESOLVED).update(endpoint_id=who.identity_id)
