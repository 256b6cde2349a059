"""Look at an address that one sees masked; that one did is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import IdentityId
from tongxin.center.kit.registry import action
from tongxin.center.people.events import IdentityRevealed
from tongxin.center.people.models import Identity
from tongxin.center.people.values import CONTACT, MASKED
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about


@dataclass(frozen=True)
class Revealed:
    """An address in full."""

    id: IdentityId
    value: str


@action("identity.reveal", needs="contact.reveal")
def reveal(
    *, actor: Actor, identity_ids: Sequence[IdentityId], now: datetime
) -> Sequence[Revealed]:
    """Return addresses in full. That one looked is a fact, for who else sees them masked."""
    here = Identity.objects.filter(
        workspace_id=actor.workspace_id, pk__in=identity_ids, retired_at=None, kind__in=MASKED
    )
    found = list(here.order_by("pk").values_list("pk", "value", "kind", "person_id"))
    record(
        IdentityRevealed(
            **about(actor.workspace_id, actor.label, "person", person_id, now, person_id),
            identity_id=pk,
            identity_kind=kind,
        )
        for pk, _value, kind, person_id in found
        if not actor.may(CONTACT)
    )
    return [Revealed(pk, value) for pk, value, _kind, _person_id in found]
