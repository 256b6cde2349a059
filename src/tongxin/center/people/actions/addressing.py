"""Note ways to reach people: claimed, until somebody proves them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows, table
from tongxin.center.people.actions.holding import held
from tongxin.center.people.actions.reading import read_address
from tongxin.center.people.events import IdentityClaimed
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
SELECT %s, c.person_id, c.kind, c.value, %s, %s
FROM json_to_recordset(%s) AS c (person_id bigint, kind text, value text)
ORDER BY c.person_id, c.kind, c.value
ON CONFLICT DO NOTHING RETURNING person_id, id, kind
"""


@action("person.note_address", needs="people.write")
def note_address(
    *, actor: Actor, person_ids: Sequence[PersonId], kind: Claimable, value: str, now: datetime
) -> int:
    """Note an e-mail address, a phone number or a postal address of people, as claimed.

    Phone numbers are kept in one form (a Chinese mobile number gets +86). Returns how many did not have
    it. Raises Refused: ``identity.value``.
    """
    value = read_address(kind.value, value)
    ids = [person.pk for person in held(actor, person_ids)]
    return len(claim_each(actor, [(pk, kind.value, value) for pk in ids], "noted", now))


def claim_each(
    actor: Actor, claims: Iterable[tuple[int, str, str]], proof: str, now: datetime
) -> Sequence[tuple[int, int]]:
    """Note addresses (person, kind, value) as claimed; return (person, identity) of those that are new."""
    given = table({"person_id": pk, "kind": kind, "value": value} for pk, kind, value in claims)
    fresh = sorted(rows(_CLAIM, [actor.workspace_id, proof, now, given]))
    record(
        IdentityClaimed(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            identity_id=identity_id,
            identity_kind=kind,
        )
        for pk, identity_id, kind in fresh
    )
    return [(pk, identity_id) for pk, identity_id, _kind in fresh]
