"""Put words on people, in groups, and take them off."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

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
    return len(
        tag_each(actor, dict.fromkeys(ids, adding), remove=dict.fromkeys(ids, removing), now=now)
    )


def tag_each(
    actor: Actor, add: Mapping[int, Collection[TagName]], *,
    remove: Mapping[int, Collection[TagName]] = MappingProxyType({}), now: datetime,
) -> Mapping[int, tuple[Sequence[str], Sequence[str]]]:  # fmt: skip
    """Put tags on each person and take tags off; return what came and what went, of whom it changed."""
    adding = {pk: set(names) for pk, names in add.items()}
    removing = {pk: set(names) for pk, names in remove.items()}
    ids = sorted({*adding, *removing})
    fresh = set().union(*adding.values())
    tags = _made(actor, fresh)
    concerned = fresh.union(*removing.values())
    taggings = PersonTagging.objects.filter(person__in=ids).filter(_any_of(concerned))
    has: dict[int, set[TagName]] = {pk: set() for pk in ids}
    going = []
    for pk, person_id, group, name in taggings.values_list(
        "pk", "person_id", "tag__group", "tag__name"
    ):
        has[person_id].add(TagName(group, name))
        if TagName(group, name) in removing.get(person_id, ()):
            going.append(pk)
    comes = {pk: adding.get(pk, set()) - has[pk] for pk in ids}
    goes = {pk: removing.get(pk, set()) & has[pk] for pk in ids}
    PersonTagging.objects.bulk_create(
        PersonTagging(person_id=pk, tag_id=tags[one]) for pk in ids for one in sorted(comes[pk])
    )
    PersonTagging.objects.filter(pk__in=going).delete()
    return _told(actor, {pk: (_said(comes[pk]), _said(goes[pk])) for pk in ids}, now)


def _told(
    actor: Actor, each: Mapping[int, tuple[Sequence[str], Sequence[str]]], now: datetime
) -> Mapping[int, tuple[Sequence[str], Sequence[str]]]:
    changed = {pk: both for pk, both in each.items() if any(both)}
    record(
        PersonTagged(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            added=tuple(added),
            removed=tuple(removed),
        )
        for pk, (added, removed) in changed.items()
    )
    return changed


def _said(names: Collection[TagName]) -> Sequence[str]:
    return sorted(map(str, names))


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
