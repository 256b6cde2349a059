"""Keep people who do us harm out of every queue, and let them in again."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.people.actions.holding import held
from tongxin.center.people.events import PersonBlocked, PersonUnblocked
from tongxin.center.people.models import Person
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

_LONGEST = 200


@action("person.block", needs="people.write")
def block(*, actor: Actor, person_ids: Sequence[PersonId], reason: str = "", now: datetime) -> int:
    """Take no more messages from people, and settle what is open; returns how many were not blocked.

    Raises Refused: ``person.reason`` where the reason is longer than 200 characters.
    """
    reason = " ".join(reason.split())
    if len(reason) > _LONGEST:
        raise Refused("person.reason", _("A reason has at most 200 characters."))
    ids = [person.pk for person in held(actor, person_ids) if person.blocked_at is None]
    Person.objects.filter(pk__in=ids).update(blocked_at=now, block_reason=reason)
    record(
        PersonBlocked(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk), reason=reason
        )
        for pk in ids
    )
    return len(ids)


@action("person.unblock", needs="people.write")
def unblock(*, actor: Actor, person_ids: Sequence[PersonId], now: datetime) -> int:
    """Take messages of people again; returns how many were blocked. What is settled stays so."""
    ids = [person.pk for person in held(actor, person_ids) if person.blocked_at is not None]
    Person.objects.filter(pk__in=ids).update(blocked_at=None, block_reason="")
    record(
        PersonUnblocked(**about(actor.workspace_id, actor.label, "person", pk, now, pk))
        for pk in ids
    )
    return len(ids)
