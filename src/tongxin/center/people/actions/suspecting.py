"""Doubt addresses at which nobody is reached, until somebody is."""

from collections.abc import Collection
from datetime import datetime

from tongxin.center.kit.actor import house
from tongxin.center.kit.sql import rows
from tongxin.center.people.events import IdentityCleared, IdentitySuspected
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

_DOUBT = """
UPDATE people_identity SET suspect_since = %s WHERE id = ANY(%s::bigint[]) AND suspect_since IS NULL
RETURNING id, workspace_id, person_id, kind
"""
_CLEAR = """
UPDATE people_identity SET suspect_since = NULL WHERE id = ANY(%s::bigint[]) AND suspect_since IS NOT NULL
RETURNING id, workspace_id, person_id, kind
"""


def suspect(*, identity_ids: Collection[int], now: datetime) -> int:
    """Doubt addresses, because what was sent there came back; returns how many were not doubted yet."""
    found = rows(_DOUBT, [now, sorted(identity_ids)])
    return _told(IdentitySuspected, found, now)


def clear(*, identity_ids: Collection[int], now: datetime) -> int:
    """Doubt addresses no more, because somebody is there; returns how many were doubted."""
    found = rows(_CLEAR, [sorted(identity_ids)])
    return _told(IdentityCleared, found, now)


def _told(
    fact: type[IdentitySuspected | IdentityCleared], found: list[tuple[int, int, int, str]], now: datetime
) -> int:  # fmt: skip
    record(
        fact(
            **about(workspace_id, house(workspace_id).label, "person", person_id, now, person_id),
            identity_id=pk, identity_kind=kind,
        )
        for pk, workspace_id, person_id, kind in found
    )  # fmt: skip
    return len(found)
