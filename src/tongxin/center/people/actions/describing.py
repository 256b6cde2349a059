"""Write down what we know of people and organizations."""

from collections.abc import Sequence
from datetime import datetime

from tongxin.center.attributes.actions import write
from tongxin.center.attributes.values import Attributes, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import OrganizationId, PersonId
from tongxin.center.kit.registry import action
from tongxin.center.people.events import OrganizationDescribed, PersonDescribed
from tongxin.center.people.models import Organization, Person
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about


@action("person.describe", needs="people.write")
def describe(
    *, actor: Actor, person_ids: Sequence[PersonId], attributes: Attributes, now: datetime
) -> int:
    """Set custom attributes of people, by key (null takes a value away); returns how many changed.

    Raises Refused: ``attribute.unknown``, ``attribute.value``.
    """
    written = write(actor=actor, thing=Thing.PERSON, model=Person, ids=person_ids, given=attributes)
    record(
        PersonDescribed(
            **about(actor.workspace_id, actor.label, "person", w.id, now, w.id),
            attributes=w.attributes,
        )
        for w in written
    )
    return len(written)


@action("organization.describe", needs="people.write")
def describe_organizations(
    *,
    actor: Actor,
    organization_ids: Sequence[OrganizationId],
    attributes: Attributes,
    now: datetime,
) -> int:
    """Set custom attributes of organizations, by key (null takes a value away); returns how many changed.

    Raises Refused: ``attribute.unknown``, ``attribute.value``.
    """
    written = write(
        actor=actor, thing=Thing.ORGANIZATION, model=Organization, ids=organization_ids,
        given=attributes,
    )  # fmt: skip
    record(
        OrganizationDescribed(
            **about(actor.workspace_id, actor.label, "organization", w.id, now),
            organization_id=w.id,
            attributes=w.attributes,
        )
        for w in written
    )
    return len(written)
