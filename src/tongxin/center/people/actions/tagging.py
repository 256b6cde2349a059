"""Put words on people, in groups, and take them off."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.people.actions.holding import held
from tongxin.center.people.events import PersonTagged
from tongxin.center.people.models import PersonTag, PersonTagging
from tongxin.center.people.rules import tag_of
from tongxin.center.people.values import TagName
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

_MOST = 20


@action("person.tag", needs="people.write")
def tag(
    *, actor: Actor, person_ids: Sequence[PersonId], add: Sequence[str] = (),
    remove: Sequence[str] = (), now: datetime,
) -> int:  # fmt: skip
    """Put tags on people and take tags off (unknown ones are made); returns how many people it changed.

    A tag is a name, or a group and a name with a colon between: ``level:gold``.

    Raises Refused: ``person_tag.name`` (1 to 40 characters each, at most 20 at a time).
    """
    removing = _names(remove)
    adding = _names(add) - removing
    ids = [person.pk for person in held(actor, person_ids)]
    tags = _made(actor, adding)
    taggings = PersonTagging.objects.filter(person__in=ids).filter(_any_of(adding | removing))
    has: dict[int, set[TagName]] = {pk: set() for pk in ids}
    for person_id, group, name in taggings.values_list("person_id", "tag__group", "tag__name"):
        has[person_id].add(TagName(group, name))
    PersonTagging.objects.bulk_create(
        PersonTagging(person_id=pk, tag_id=tags[one]) for pk in ids for one in adding - has[pk]
    )
    PersonTagging.objects.filter(person__in=ids).filter(_any_of(removing)).delete()
    changed = [pk for pk in ids if adding - has[pk] or removing & has[pk]]
    record(
        PersonTagged(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            added=tuple(sorted(str(one) for one in adding - has[pk])),
            removed=tuple(sorted(str(one) for one in removing & has[pk])),
        )
        for pk in changed
    )
    return len(changed)


def _names(given: Sequence[str]) -> set[TagName]:
    try:
        names = {tag_of(text) for text in given}
    except ValueError:
        names = None
    if names is None or len(names) > _MOST:
        raise Refused("person_tag.name", _("A tag has 1 to 40 characters; at most 20 at a time."))
    return names


def _any_of(names: Collection[TagName]) -> Q:
    """One condition for any number of names, so that the statement stays one."""
    asked = Q(pk__in=[])
    for one in sorted(names):
        asked |= Q(tag__group=one.group, tag__name=one.name)
    return asked


def _made(actor: Actor, wanted: Collection[TagName]) -> dict[TagName, int]:
    PersonTag.objects.bulk_create(
        (
            PersonTag(workspace_id=actor.workspace_id, group=one.group, name=one.name)
            for one in sorted(wanted)
        ),
        ignore_conflicts=True,
    )
    known = PersonTag.objects.filter(
        workspace_id=actor.workspace_id, name__in=[one.name for one in wanted]
    )
    return {TagName(t.group, t.name): t.pk for t in known}
