"""Who gets a copy of an answer, chosen for that answer alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.emails import is_email
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.actions.locking import held_one
from tongxin.service.conversations.models import Copying
from tongxin.service.conversations.queries.copies import known_parties
from tongxin.service.conversations.queries.letters import party

MOST = 40
_LONGEST_CLIENT_ID = 64
_CHOSEN = """
SELECT m.id, k.copied FROM conversations_message m JOIN conversations_copying k
    ON k.client_id = m.client_id AND k.conversation_id IN (m.conversation_id, m.origin_id)
WHERE m.id = ANY(%s::bigint[])
"""


@action("conversation.choose_copies", needs="conversation.write", quiet=True)
def choose_copies(
    *, actor: Actor, conversation_id: ConversationId, client_id: str, addresses: Sequence[str],
    now: datetime,
) -> int:  # fmt: skip
    """Say who gets a copy of the answer that will be sent under this ``client_id``: these, and nobody else.

    Addresses are as ``conversation.copies`` shows them, or whole. Returns how many there are. Raises Refused:
    ``conversation.missing``, ``message.client_id``, ``copies.none_here``, ``copies.address``, ``copies.many``.
    """
    if not 0 < len(client_id) <= _LONGEST_CLIENT_ID:
        raise Refused("message.client_id", _("A client_id has at most 64 characters."))
    if len(addresses) > MOST:
        raise Refused("copies.many", _("At most 40 people can get a copy."))
    conversation = held_one(actor, conversation_id)
    known = known_parties(actor=actor, conversation_id=conversation.pk)
    if known is None:
        raise Refused("copies.none_here", _("Only answers by e-mail have copies."))
    to, usual, others = known
    chosen: dict[str, Mapping[str, Any]] = {}
    for given in addresses:
        for one in _meant(actor, given.strip(), [*usual, *others]):
            chosen.setdefault(str(one["value"]), one)
    chosen.pop(str(to["value"]), None)
    Copying.objects.update_or_create(
        conversation_id=conversation_id, client_id=client_id,
        defaults={"copied": list(chosen.values()), "chosen_at": now},
    )  # fmt: skip
    return len(chosen)


def chosen_copies(*, message_ids: Sequence[int]) -> dict[int, list[list[str]]]:
    """Return who gets a copy of those messages for which somebody chose it."""
    return {
        pk: [[one["kind"], one["value"], one["name"]] for one in copied]
        for pk, copied in rows(_CHOSEN, [list(message_ids)])
    }


def _meant(
    actor: Actor, given: str, known: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Return those whom an address means: known ones as the actor sees them, or somebody new."""
    if found := [one for one in known if party(actor, one).value == given]:
        return found
    if not is_email(given):
        refusal = _("%(address)s is not an e-mail address.") % {"address": given[:80]}
        raise Refused("copies.address", refusal)
    return [{"kind": "email", "value": given.lower(), "name": ""}]
