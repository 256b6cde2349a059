"""What there is to know, and how one asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from tongxin.center.attributes.models import Definition
from tongxin.center.attributes.rules import condition_of, fits, value_of
from tongxin.center.attributes.values import (
    Attributes,
    AttributeType,
    AttributeValue,
    Condition,
    Shape,
    Thing,
)
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import AttributeId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows

MOST_CONDITIONS = 10
# The index holds those only of whom something is known.
_DEFINED = """
SELECT id, thing, key, name, type, options, archived_at IS NOT NULL FROM attributes_definition
WHERE workspace_id = %(workspace)s AND (%(thing)s::text IS NULL OR thing = %(thing)s::text)
  AND (archived_at IS NULL OR %(archived)s) ORDER BY id
"""
_KNOWN = "{column} <> '{{}}'::jsonb"


@dataclass(frozen=True)
class AttributeRow:
    """One definition. ``key`` names the value wherever it stands."""

    id: AttributeId
    thing: Thing
    key: str
    name: str
    type: AttributeType
    options: Sequence[str]
    is_archived: bool


@query("attribute.list", needs="people.read")
def attributes(
    *, actor: Actor, thing: Thing | None = None, with_archived: bool = False
) -> Sequence[AttributeRow]:
    """Return the attributes that are defined (of one kind of thing, or of all), in the order of making."""
    asked = {"workspace": actor.workspace_id, "thing": thing, "archived": with_archived}
    return [
        AttributeRow(pk, Thing(of), key, name, AttributeType(kind), tuple(options), archived)
        for pk, of, key, name, kind, options, archived in rows(_DEFINED, asked)
    ]


def shapes(*, workspace_id: int, thing: Thing) -> Mapping[str, Shape]:
    """Return what is defined and not archived, by key."""
    found = Definition.objects.filter(
        workspace_id=workspace_id, thing=thing.value, archived_at=None
    )
    return {
        key: Shape(key, AttributeType(kind), tuple(options))
        for key, kind, options in found.order_by("pk").values_list("key", "type", "options")
    }


def checked(known: Mapping[str, Shape], given: Attributes) -> dict[str, AttributeValue]:
    """Return values as they are kept. Raises Refused: ``attribute.unknown``, ``attribute.value``."""
    return {key: read(known, key, value) for key, value in given.items()}


def read(known: Mapping[str, Shape], key: str, given: AttributeValue) -> AttributeValue:
    """Return one value as it is kept. Raises Refused: ``attribute.unknown``, ``attribute.value``."""
    if (shape := known.get(key)) is None:
        raise Refused("attribute.unknown", _("There is no such attribute."))
    try:
        return value_of(shape, given)
    except ValueError:
        detail = _("A value does not fit its attribute.")
        raise Refused("attribute.value", detail, field=key) from None


def clauses(
    *, workspace_id: int, thing: Thing, where: Sequence[str], column: str
) -> tuple[list[str], dict[str, Any]]:
    """Return conditions as SQL over a JSONB column, with their values by name. One statement.

    Raises Refused: ``attribute.condition``, ``attribute.unknown``, ``attribute.value``.
    """
    if not where:
        return [], {}
    if len(where) > MOST_CONDITIONS:
        raise _nonsense()
    known = shapes(workspace_id=workspace_id, thing=thing)
    found: list[str] = []
    values: dict[str, Any] = {}
    for place, text in enumerate(where):
        sql, of_it = _clause(known, _condition(text), column, f"attribute_{place}")
        found.append(sql)
        values |= of_it
    return found, values


def _condition(text: str) -> Condition:
    try:
        return condition_of(text)
    except ValueError:
        raise _nonsense() from None


def _clause(
    known: Mapping[str, Shape], condition: Condition, column: str, name: str
) -> tuple[str, dict[str, Any]]:
    key, operator = condition.key, condition.operator
    if operator in {"known", "unknown"}:
        read(known, key, None)
        return _unless(operator == "unknown", column, f"{column} ? %({name})s"), {name: key}
    if key in known and not fits(known[key], condition):
        raise _nonsense()
    if operator == "~":
        read(known, key, None)
        part = f"strpos(lower({column} ->> %({name}_key)s), lower(%({name})s)) > 0"
        return part, {name: condition.text, f"{name}_key": key}
    wanted = read(known, key, condition.text)
    if operator in {"=", "!="}:
        holds = f"{column} @> %({name})s::jsonb"
        return _unless(operator == "!=", column, holds), {name: _json({key: wanted})}
    # The index knows who has the key at all; of those each is looked at.
    exists = f"jsonb_path_exists({column}, %({name}_path)s::jsonpath, %({name})s::jsonb)"
    part = f"{_KNOWN.format(column=column)} AND {column} ? %({name}_key)s AND {exists}"
    path = f'$."{key}" ? (@ {operator} $wanted)'
    return part, {name: _json({"wanted": wanted}), f"{name}_key": key, f"{name}_path": path}


def _unless(wrong: bool, column: str, holds: str) -> str:
    return f"NOT {holds}" if wrong else f"{_KNOWN.format(column=column)} AND {holds}"


def _json(value: Any) -> str:  # noqa: ANN401
    return orjson.dumps(value).decode()


def _nonsense() -> Refused:
    return Refused(
        "attribute.condition", _("This is not a condition: write tier=gold, spend>=100 or !vip.")
    )
