"""Note ways to reach people: claimed, until somebody proves them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.people.actions.holding import held
from tongxin.center.people.events import IdentityClaimed
from tongxin.center.people.rules import address_of
from tongxin.center.people.values import EMAIL, PHONE, POSTAL
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about


class Claimable(StrEnum):
    """Ways to reach somebody that a member may note."""

    EMAIL = EMAIL
    PHONE = PHONE
    POSTAL = POSTAL


_CLAIM = """
INSERT INTO people_identity (workspace_id, person_id, kind, value, proof, known_since)
SELECT %s, person_id, %s, %s, 'noted', %s FROM unnest(%s::bigint[]) person_id ORDER BY person_id
ON CONFLICT DO NOTHING RETURNING person_id, id
"""


@action("person.note_address", needs="people.write")
def note_address(
    *, actor: Actor, person_ids: Sequence[PersonId], kind: Claimable, value: str, now: datetime
) -> int:
    """Note an e-mail address, a phone number or a postal address of people, as claimed.

    Phone numbers are kept in one form (a Chinese mobile number gets +86). Returns how many did not have
    it. Raises Refused: ``identity.value``.
    """
    try:
        value = address_of(kind.value, value)
    except ValueError:
        raise Refused("identity.value", _("This is no such address or number.")) from None
    ids = [person.pk for person in held(actor, person_ids)]
    fresh = sorted(rows(_CLAIM, [actor.workspace_id, kind.value, value, now, ids]))
    record(
        IdentityClaimed(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            identity_id=identity_id,
            identity_kind=kind.value,
        )
        for pk, identity_id in fresh
    )
    return len(fresh)
