"""Say what there is to know; and write what is known into a thing's row."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.attributes.events import (
    AttributeArchived,
    AttributeChanged,
    AttributeDefined,
    AttributeRestored,
)
from tongxin.center.attributes.models import Definition
from tongxin.center.attributes.queries import checked, shapes
from tongxin.center.attributes.rules import is_key
from tongxin.center.attributes.values import Attributes, AttributeType, Thing, Written
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import AttributeId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, about

MOST = 100  # of each kind of thing, archived ones too
_LONGEST_NAME, _MOST_OPTIONS = 60, 100
_HELD = """
SELECT thing.id, thing.attributes FROM {table} thing
WHERE thing.workspace_id + 0 = %s AND thing.id = ANY(%s::bigint[]) ORDER BY thing.id FOR NO KEY UPDATE
"""
_WRITE = """
UPDATE {table} thing SET attributes = fresh.attributes
FROM json_to_recordset(%s) AS fresh (id bigint, attributes jsonb) WHERE thing.id = fresh.id
"""


@action("attribute.define", needs="workspace.write")
def define(  # noqa: PLR0913 - one column each
    *, actor: Actor, thing: Thing, name: str, type: AttributeType, key: str = "",  # noqa: A002 - its name outside
    options: Sequence[str] = (), now: datetime,
) -> AttributeId:  # fmt: skip
    """Add an attribute to people, organizations or conversations; without a key it gets one.

    Raises Refused: ``attribute.name``, ``attribute.key`` (a letter, then letters, digits and ``_``, at
    most 40), ``attribute.options`` (a choice has 1 to 100, others none), ``attribute.exists``,
    ``attribute.too_many`` (100 of each kind).
    """
    take_turns("attributes.define", [(actor.workspace_id, thing.value)])
    taken = set(
        Definition.objects.filter(workspace_id=actor.workspace_id, thing=thing.value).values_list(
            "key", flat=True
        )
    )
    key, name = key or _key_for(name, taken), _name(name)
    if not is_key(key):
        raise Refused("attribute.key", _("A key is a small letter, then letters, digits and _."))
    if key in taken:
        raise Refused("attribute.exists", _("There is such a key already."), Reason.CONFLICT)
    if len(taken) >= MOST:
        raise Refused("attribute.too_many", _("At most 100 attributes."), Reason.LIMITED)
    made = Definition.objects.create(
        workspace_id=actor.workspace_id, thing=thing.value, key=key, name=name, type=type.value,
        options=_options(type, options), defined_at=now,
    )  # fmt: skip
    told = {"thing": thing.value, "key": key, "name": name, "type": type.value}
    record([AttributeDefined(**_about(actor, made.pk, now), attribute_id=made.pk, **told)])
    return made.pk


@action("attribute.change", needs="workspace.write")
def change(
    *, actor: Actor, attribute_id: AttributeId, name: str, options: Sequence[str] = (), now: datetime
) -> int:  # fmt: skip
    """Set an attribute's name and, of a choice, its options; returns 1 where something changed.

    Values that were chosen before stay. Raises Refused: ``attribute.unknown``, ``attribute.name``,
    ``attribute.options``.
    """
    mine = Definition.objects.filter(workspace_id=actor.workspace_id, pk=attribute_id)
    if (found := mine.select_for_update().first()) is None:
        raise Refused("attribute.unknown", _("There is no such attribute."), Reason.MISSING)
    name, wanted = _name(name), _options(AttributeType(found.type), options)
    if (found.name, found.options) == (name, wanted):
        return 0
    mine.update(name=name, options=wanted)
    where = _about(actor, found.pk, now)
    record([AttributeChanged(**where, attribute_id=found.pk, name=name, options=tuple(wanted))])
    return 1


@action("attribute.archive", needs="workspace.write")
def archive(*, actor: Actor, attribute_ids: Sequence[AttributeId], now: datetime) -> int:
    """Hide attributes everywhere and keep their values; returns how many were shown until now."""
    mine = Definition.objects.filter(workspace_id=actor.workspace_id, pk__in=attribute_ids)
    ids = _held(mine.filter(archived_at=None))
    Definition.objects.filter(pk__in=ids).update(archived_at=now)
    record(AttributeArchived(**_about(actor, pk, now), attribute_id=pk) for pk in ids)
    return len(ids)


@action("attribute.restore", needs="workspace.write")
def restore(*, actor: Actor, attribute_ids: Sequence[AttributeId], now: datetime) -> int:
    """Show archived attributes again, with the values they had; returns how many were archived."""
    mine = Definition.objects.filter(workspace_id=actor.workspace_id, pk__in=attribute_ids)
    ids = _held(mine.exclude(archived_at=None))
    Definition.objects.filter(pk__in=ids).update(archived_at=None)
    record(AttributeRestored(**_about(actor, pk, now), attribute_id=pk) for pk in ids)
    return len(ids)


def write(
    *, actor: Actor, thing: Thing, model: type[Model], ids: Sequence[int], given: Attributes
) -> list[Written]:
    """Set attributes of rows that have a column for them; null takes one away. Three statements.

    Returns what changed; the caller records its own fact. Raises Refused: ``attribute.unknown``,
    ``attribute.value``.
    """
    wanted = checked(shapes(workspace_id=actor.workspace_id, thing=thing), given)
    name = model._meta.db_table  # noqa: SLF001 - documented
    written, fresh = [], []
    for pk, known in rows(_HELD.format(table=name), [actor.workspace_id, list(ids)]):
        changed = {key: value for key, value in wanted.items() if known.get(key) != value}
        if changed:
            written.append(Written(pk, changed))
            merged = {key: value for key, value in (known | changed).items() if value is not None}
            fresh.append({"id": pk, "attributes": merged})
    rows(_WRITE.format(table=name), [table(fresh)])
    return written


def _held(found: QuerySet[Definition]) -> list[int]:
    return list(found.select_for_update().order_by("pk").values_list("pk", flat=True))


def _about(actor: Actor, attribute_id: int, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "attribute", attribute_id, now)


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("attribute.name", _("A name has 1 to 60 characters."))
    return name


def _key_for(name: str, taken: set[str]) -> str:
    """Return the name as a key where it can be one, else the first free number."""
    key = "_".join(name.lower().split())[:40]
    if is_key(key) and key not in taken:
        return key
    return next(f"field_{n}" for n in range(1, len(taken) + 2) if f"field_{n}" not in taken)


def _options(kind: AttributeType, given: Sequence[str]) -> list[str]:
    options = list(dict.fromkeys(" ".join(option.split()) for option in given))
    wanted = range(1, _MOST_OPTIONS + 1) if kind is AttributeType.CHOICE else range(1)
    if len(options) not in wanted or not all(0 < len(o) <= _LONGEST_NAME for o in options):
        raise Refused(
            "attribute.options", _("A choice has 1 to 100 options; other types have none.")
        )
    return options
