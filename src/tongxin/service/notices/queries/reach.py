"""How members want to be reached."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PushId
from tongxin.center.kit.registry import check_member, query
from tongxin.center.kit.sql import rows
from tongxin.service.notices.models import PushAddress
from tongxin.service.notices.values import DEFAULT, Occasion, Way, Wish

_WISHES = "SELECT member_id, wishes FROM notices_reach WHERE member_id = ANY(%s::bigint[])"
_OPEN = """
SELECT p.id, p.member_id, p.endpoint, p.point, p.auth FROM notices_pushaddress p
JOIN accounts_member m ON m.id = p.member_id
WHERE p.member_id = ANY(%s::bigint[]) AND m.removed_at IS NULL ORDER BY p.id
"""


@dataclass(frozen=True)
class DeviceRow:
    """A browser that takes one's pushes."""

    id: PushId
    device: str
    added_at: datetime


@dataclass(frozen=True)
class OpenDevice:
    """Where a push goes, and what encrypts it."""

    id: int
    member_id: int
    endpoint: str
    point: str
    auth: str


@query("notice.wishes", needs="conversation.read")
def wishes(*, actor: Actor) -> Sequence[str]:
    """Return how one wants to be reached: ``occasion.way``. Raises Refused: ``actor.member``."""
    check_member(actor)
    mine = wishes_by_member([actor.id])[actor.id]
    return sorted(f"{occasion}.{way}" for occasion, way in mine)


@query("notice.devices", needs="conversation.read")
def devices(*, actor: Actor) -> Sequence[DeviceRow]:
    """Return the browsers that take one's pushes, the latest first. Raises Refused: ``actor.member``."""
    check_member(actor)
    mine = PushAddress.objects.filter(workspace_id=actor.workspace_id, member_id=actor.id).order_by(
        "-pk"
    )
    return [DeviceRow(*row) for row in mine.values_list("pk", "device", "added_at")]


def wishes_by_member(member_ids: Collection[int]) -> Mapping[int, frozenset[Wish]]:
    """Return how members want to be reached; who never said so, as most do."""
    chosen = {
        pk: _read(given) for pk, given in rows(_WISHES, [list(member_ids)]) if given is not None
    }
    return {pk: chosen.get(pk, DEFAULT) for pk in member_ids}


def open_devices(member_ids: Collection[int]) -> Sequence[OpenDevice]:
    """Return the browsers that take the pushes of members who still work here."""
    return [OpenDevice(*row) for row in rows(_OPEN, [list(member_ids)])] if member_ids else []


def _read(given: Sequence[str]) -> frozenset[Wish]:
    found = (one.partition(".") for one in given)
    return frozenset((Occasion(occasion), Way(way)) for occasion, _dot, way in found)
