"""What we call people."""

from collections.abc import Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.registry import action
from tongxin.center.people.actions.reading import read_name
from tongxin.center.people.events import PersonChanged
from tongxin.center.people.models import Person
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about


@action("person.change", needs="people.write")
def change(*, actor: Actor, person_ids: Sequence[PersonId], name: str, now: datetime) -> int:
    """Set what we call these people; return how many changed. Raises Refused: ``person.name``."""
    name = read_name(name)
    mine = Person.objects.filter(workspace_id=actor.workspace_id, pk__in=person_ids)
    changing = mine.exclude(name=name).select_for_update().order_by("pk")
    ids = list(changing.values_list("pk", flat=True))
    Person.objects.filter(pk__in=ids).update(name=name)
    record(
        PersonChanged(**about(actor.workspace_id, actor.label, "person", pk, now, pk), name=name)
        for pk in ids
    )
    return len(ids)
