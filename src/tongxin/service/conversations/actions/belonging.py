"""A visitor turns out to be somebody: their conversations go along."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import verify
from tongxin.center.people.values import Address, Recognized
from tongxin.service.channels.values import InboxRow
from tongxin.service.channels.visitors import Claim
from tongxin.service.conversations.actions.opening import TURN
from tongxin.service.conversations.models import OPEN_THERE, UNRESOLVED, Conversation

_FOLLOW = """
WITH RECURSIVE touched AS (
    SELECT c.id, i.person_id AS owner FROM conversations_conversation c
    JOIN people_identity i ON i.id = c.endpoint_id
    WHERE c.person_id = ANY(%s::bigint[]) ORDER BY c.id FOR NO KEY UPDATE OF c
), chain AS (
    SELECT p.id AS owner, p.id, p.merged_into_id FROM people_person p
    WHERE p.id IN (SELECT owner FROM touched)
    UNION ALL
    SELECT chain.owner, p.id, p.merged_into_id FROM people_person p
    JOIN chain ON p.id = chain.merged_into_id
)
UPDATE conversations_conversation c SET person_id = chain.id
FROM touched JOIN chain ON chain.owner = touched.owner AND chain.merged_into_id IS NULL
WHERE c.id = touched.id AND c.person_id <> chain.id
"""


@transaction.atomic
def welcome(*, inbox: InboxRow, claim: Claim, visitor: Address | None, now: datetime) -> Recognized:
    """Recognize whom the company's server signed for, and bring along what they said as a stranger.

    The conversation that is open at their anonymous address goes on at the account's address, unless
    one is open there already; what was split off, or merged away, goes along with it.
    """
    who = verify(
        workspace_id=inbox.workspace_id, subject=claim.subject, name=claim.name, visitor=visitor,
        proof=f"jwt:{inbox.id}", now=now,
    )  # fmt: skip
    if visitor is not None:
        _bring_along(inbox, visitor, who)
    return who


def follow_merges(*, person_ids: Collection[int]) -> None:
    """Let the conversations of people who were merged or parted belong to whoever owns their address.

    It looks at how things are, not at what happened, so that it may run late, twice or out of order.
    """
    rows(_FOLLOW, [list(person_ids)])


def _bring_along(inbox: InboxRow, visitor: Address, who: Recognized) -> None:
    here = Conversation.objects.filter(inbox_id=inbox.id)
    theirs = here.filter(
        endpoint__kind=visitor.kind,
        endpoint__value=visitor.value,
        endpoint__person_id=who.person_id,
    )
    theirs.update(person_id=who.person_id)
    take_turns(TURN, [(inbox.id, who.identity_id)])
    if not here.filter(OPEN_THERE, endpoint_id=who.identity_id).exists():
        theirs.filter(UNRESOLVED | Q(merged_into__isnull=False)).update(endpoint_id=who.identity_id)
