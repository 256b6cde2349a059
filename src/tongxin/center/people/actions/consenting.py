"""What people allow and how they like to be spoken to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.center.people.actions.holding import held
from tongxin.center.people.events import ConsentChanged, PreferenceChanged
from tongxin.center.people.models import Consent, Person
from tongxin.center.people.values import Purpose, Way
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]

_LONGEST_PROOF = 300
_LATEST = """
SELECT DISTINCT ON (person_id) person_id, is_granted, proof FROM people_consent
WHERE person_id = ANY(%s::bigint[]) AND way = %s AND purpose = %s ORDER BY person_id, id DESC
"""


@action("consent.record", needs="people.write")
def record_consent(  # noqa: PLR0913 - one column each
    *, actor: Actor, person_ids: Sequence[PersonId], way: Way, purpose: Purpose, granted: bool,
    proof: str, now: datetime,
) -> int:  # fmt: skip
    """Write down that people allow to be written to for a purpose, or do so no longer, and how we know.

    Nothing is overwritten: the latest counts, the others are its history. Returns of how many it says
    something new.

    Raises Refused: ``consent.proof`` (1 to 300 characters: what they said, ticked or signed, and where).
    """
    proof = " ".join(clean(proof).split())
    if not 0 < len(proof) <= _LONGEST_PROOF:
        raise Refused("consent.proof", _("Say in 1 to 300 characters how we know it."))
    ids = [person.pk for person in held(actor, person_ids)]
    latest = {pk: said for pk, *said in rows(_LATEST, [ids, way.value, purpose.value])}
    fresh = [pk for pk in ids if latest.get(pk) != [granted, proof]]
    Consent.objects.bulk_create(
        Consent(
            workspace_id=actor.workspace_id, person_id=pk, way=way.value, purpose=purpose.value,
            is_granted=granted, proof=proof, recorder=actor.label, recorded_at=now,
        )
        for pk in fresh
    )  # fmt: skip
    record(
        ConsentChanged(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            way=way.value,
            purpose=purpose.value,
            granted=granted,
            proof=proof,
        )
        for pk in fresh
    )
    return len(fresh)


@action("person.prefer", needs="people.write")
def prefer(  # noqa: PLR0913 - one column each
    *, actor: Actor, person_ids: Sequence[PersonId], language: str = "", way: Way = Way.ANY,
    quiet_from: Clock = "", quiet_until: Clock = "", now: datetime,
) -> int:  # fmt: skip
    """Set how people like to be reached: language, way, and between which hours (``22:00``) not at all.

    Returns how many changed. Raises Refused: ``preference.language``, ``preference.quiet`` where only
    one of the hours is given.
    """
    language = language.strip()
    if len(language) > 16 or not all(part.isalnum() for part in language.split("-") if language):  # noqa: PLR2004
        raise Refused("preference.language", _("This is not a language: write zh or en-GB."))
    if bool(quiet_from) != bool(quiet_until):
        raise Refused("preference.quiet", _("Give both hours, or none."))
    wanted = {
        "language": language, "preferred_way": way.value, "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }  # fmt: skip
    ids = [
        person.pk
        for person in held(actor, person_ids)
        if any(getattr(person, column) != value for column, value in wanted.items())
    ]
    Person.objects.filter(pk__in=ids).update(**wanted)
    record(
        PreferenceChanged(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            language=language,
            way=way.value,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
        )
        for pk in ids
    )
    return len(ids)
