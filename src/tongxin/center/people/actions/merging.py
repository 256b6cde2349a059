"""Two records turn out to be one person."""

from datetime import datetime

from tongxin.center.people.events import PersonMerged
from tongxin.center.people.models import Identity, Person, PersonMerge
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about


def merge_verified(source_id: int, target_id: int, workspace_id: int, now: datetime) -> None:
    # Not their keys: whoever writes to either at the same moment must not wait for us.
    both = Person.objects.select_for_update(no_key=True).filter(pk__in=[source_id, target_id])
    list(both.order_by("pk"))
    taken = Identity.objects.filter(person_id=target_id).values_list("kind", "value")
    moving = [
        i
        for i in Identity.objects.filter(person_id=source_id)
        if (i.kind, i.value) not in set(taken)
    ]
    Identity.objects.filter(pk__in=[i.pk for i in moving]).update(person_id=target_id)
    Person.objects.filter(pk=source_id).update(merged_into=target_id)
    PersonMerge.objects.create(
        workspace_id=workspace_id, source_id=source_id, target_id=target_id,
        identity_ids=[i.pk for i in moving], reason="verified", merged_at=now,
    )  # fmt: skip
    columns = about(workspace_id, "house:0", "person", target_id, now, target_id)
    record([PersonMerged(**columns, source_person_id=source_id, reason="verified")])
