"""Which outposts are connected, and how to speak at one."""

from collections.abc import Mapping, Sequence

import orjson
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import OutpostId
from tongxin.center.kit.plugins import Manifest, load, manifests
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sealing import Unreadable
from tongxin.center.kit.text import clean
from tongxin.service.outposts import ports
from tongxin.service.outposts.models import Outpost
from tongxin.service.outposts.values import OutpostRow

_COLUMNS = (
    "pk", "key", "name", "plugin", "settings", "wants", "minutes", "enabled", "trouble",
)  # fmt: skip


@query("outpost.list", needs="inbox.read")
def outposts(*, actor: Actor) -> Sequence[OutpostRow]:
    """Return the connected rooms of colleagues, in the order they were connected."""
    found = Outpost.objects.filter(workspace_id=actor.workspace_id).order_by("pk")
    return [_row(row) for row in found.values_list(*_COLUMNS)]


@query("outpost.get", needs="inbox.read")
def outpost(*, actor: Actor, outpost_id: OutpostId) -> OutpostRow:
    """Return one room of colleagues. Raises Refused: ``outpost.missing``."""
    found = Outpost.objects.filter(workspace_id=actor.workspace_id, pk=outpost_id)
    if (row := found.values_list(*_COLUMNS).first()) is None:
        raise missing()
    return _row(row)


def outpost_by_key(*, key: str) -> OutpostRow:
    """Return one by the key of its address. Raises Refused: ``outpost.missing`` (also when it is off)."""
    found = Outpost.objects.filter(key=clean(key), enabled=True).values_list(*_COLUMNS).first()
    if found is None:
        raise missing()
    return _row(found)


def secrets_kept(*, outpost_id: int) -> frozenset[str]:
    """Return the names of the secret settings that an outpost has; of sealed ones that cannot be read, none."""
    try:
        return frozenset(name for name, value in _secrets(outpost_id).items() if value)
    except Unreadable:
        return frozenset()


def kinds() -> dict[str, Manifest]:
    """Return the installed plugins that bring outposts, by name."""
    return {name: one for name, one in manifests().items() if one.kind == "outpost"}


def adapter(outpost_id: int) -> ports.Outpost:
    """Return the translator for one outpost, with its secrets. Raises Refused, Unreadable."""
    row = Outpost.objects.filter(pk=outpost_id).values_list("plugin", "settings", "secrets").first()
    if row is None or (manifest := kinds().get(row[0])) is None:
        raise missing()
    made: ports.Outpost = load(manifest)({**row[1], **orjson.loads(row[2] or "{}")})
    return made


def _secrets(outpost_id: int) -> Mapping[str, str]:
    kept = Outpost.objects.filter(pk=outpost_id).values_list("secrets", flat=True).first()
    return orjson.loads(kept) if kept else {}


def missing() -> Refused:
    return Refused("outpost.missing", _("There is no such room."), Reason.MISSING)


def _row(row: tuple[object, ...]) -> OutpostRow:
    values = dict(zip(("id", *_COLUMNS[1:]), row, strict=True))
    return OutpostRow(**{**values, "wants": tuple(values["wants"])})  # type: ignore[arg-type]
