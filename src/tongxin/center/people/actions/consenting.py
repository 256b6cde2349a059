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
from tongxin.center.people.actions.holding import held
from tongxin.center.people.actions.reading import read_language, read_proof
from tongxin.center.people.events import ConsentChanged, PreferenceChanged
from tongxin.center.people.models import Consent, Person
from tongxin.center.people.values import Purpose, Way, Word
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]

_LATEST = """
SELECT DISTINCT ON (person_id, purpose, way) person_id, way, purpose, is_granted, proof FROM people_consent
WHERE person_id = ANY(%s::bigint[]) ORDER BY person_id, purpose, way, id DESC
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
    proof = read_proof(proof)
    ids = [person.pk for person in held(actor, person_ids)]
    word = Word(way, purpose, granted, proof)
    return len(consent_each(actor, [(pk, word) for pk in ids], now))


def consent_each(
    actor: Actor, words: Sequence[tuple[int, Word]], now: datetime
) -> Sequence[tuple[int, int]]:
    """Write down a word of each person; return (person, consent) of those that say something new."""
    latest = {
        (pk, way, purpose): (granted, proof)
        for pk, way, purpose, granted, proof in rows(_LATEST, [[pk for pk, _word in words]])
    }
    made = Consent.objects.bulk_create(
        Consent(
            workspace_id=actor.workspace_id, person_id=pk, way=word.way.value,
            purpose=word.purpose.value, is_granted=word.granted, proof=word.proof,
            recorder=actor.label, recorded_at=now,
        )
        for pk, word in words
        if latest.get((pk, word.way, word.purpose)) != (word.granted, word.proof)
    )  # fmt: skip
    record(
        ConsentChanged(
            **about(actor.workspace_id, actor.label, "person", one.person_id, now, one.person_id),
            way=one.way, purpose=one.purpose, granted=one.is_granted, proof=one.proof,
        )
        for one in made
    )  # fmt: skip
    return [(one.person_id, one.pk) for one in made]


@action("person.prefer", needs="people.write")
def prefer(  # noqa: PLR0913 - one column each
    *, actor: Actor, person_ids: Sequence[PersonId], language: str = "", way: Way = Way.ANY,
    quiet_from: Clock = "", quiet_until: Clock = "", now: datetime,
) -> int:  # fmt: skip
    """Set how people like to be reached: language, way, and between which hours (``22:00``) not at all.

    Returns how many changed. Raises Refused: ``preference.language``, ``preference.quiet`` where only
    one of the hours is given.
    """
    language = read_language(language)
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
