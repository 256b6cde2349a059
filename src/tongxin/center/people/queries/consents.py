"""What people allow, with its history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import Label, PersonId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.people.models import Consent
from tongxin.center.people.values import Purpose, Way

_MOST = 200
_ALLOWED = """
SELECT DISTINCT ON (person_id, way) person_id, way, is_granted FROM people_consent
WHERE person_id = ANY(%s::bigint[]) AND purpose = %s AND way = ANY(%s::text[])
ORDER BY person_id, way, id DESC
"""


@dataclass(frozen=True)
class ConsentRow:
    """Something that a person allowed or took back. ``is_current`` marks the word that counts."""

    way: Way
    purpose: Purpose
    granted: bool
    proof: str
    recorder: Label
    recorded_at: datetime
    is_current: bool


@query("person.consents", needs="people.read")
def consents(*, actor: Actor, person_id: PersonId) -> Sequence[ConsentRow]:
    """Return what a person allowed and took back, newest first, with how we know it."""
    found = (
        Consent.objects.filter(workspace_id=actor.workspace_id, person_id=person_id)
        .order_by("-pk")
        .values_list("way", "purpose", "is_granted", "proof", "recorder", "recorded_at")[:_MOST]
    )
    told: list[ConsentRow] = []
    seen: set[tuple[str, str]] = set()
    for way, purpose, granted, proof, recorder, at in found:
        is_current = (way, purpose) not in seen
        told.append(
            ConsentRow(Way(way), Purpose(purpose), granted, proof, recorder, at, is_current)
        )
        seen.add((way, purpose))
    return told


def allowed(*, person_ids: Collection[int], way: Way, purpose: Purpose) -> Mapping[int, bool]:
    """Return whom we may write to for a purpose, and whom not; who never said anything is not in it.

    A word about this way counts more than a word about any way.
    """
    wanted = [Way.ANY.value, way.value]
    said = {
        (pk, of): granted
        for pk, of, granted in rows(_ALLOWED, [list(person_ids), purpose.value, wanted])
    }
    return {
        pk: said.get((pk, way.value), said.get((pk, Way.ANY.value), False)) for pk, _way in said
    }
