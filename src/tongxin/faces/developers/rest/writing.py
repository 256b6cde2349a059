"""Turn answers into JSON: ids by their public names, times in UTC with milliseconds.

A bare answer gets a name, so that something may stand beside it one day: rows are ``items``, how many
were changed is ``changed``, a new thing's id is ``id``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache, partial
from typing import Annotated, Any, get_args, get_origin

import orjson
from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer, core_schema

from tongxin.center.kit.paging import Kept, Page
from tongxin.center.kit.registry import Entry

_KEPT = 8192
Schema = Any  # a core schema is nested dicts of many shapes


def moment(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC, with milliseconds."""
    return f"{at.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


_MOMENT = core_schema.plain_serializer_function_ser_schema(
    moment, return_schema=core_schema.str_schema(), when_used="json-unless-none"
)


@dataclass(frozen=True)
class Writer:
    """Writes the answers of one entry."""

    entry: Entry

    @cached_property
    def name(self) -> str:
        """The name that a bare answer gets, or nothing."""
        hint = self.entry.answers_with
        if hint is int:
            return "changed"
        if get_origin(hint) is Annotated:
            return "id"
        return "items" if get_origin(hint) in (Sequence, list) else ""

    def write(self, answer: Any) -> bytes:  # noqa: ANN401
        """Return the answer as JSON."""
        if isinstance(answer, Page) and self._row:
            items = b",".join([self._row(row) for row in answer])
            return b'{"items":[%s],"next_cursor":%s}' % (items, orjson.dumps(answer.next_cursor))
        text = self._dump(answer, warnings="error")
        return b'{"%s":%s}' % (self.name.encode(), text) if self.name else text

    @cached_property
    def _dump(self) -> Callable[..., bytes]:
        return _dumper(self.entry.answers_with)

    @cached_property
    def _row(self) -> Callable[[Any], bytes] | None:
        """Return what writes a row that looks the same only once, where rows may be kept."""
        row = row_of(self.entry.answers_with)
        if not (isinstance(row, type) and issubclass(row, Kept)):
            return None
        return lru_cache(maxsize=_KEPT)(partial(_dumper(row), warnings="error"))


def _dumper(hint: Any) -> Callable[..., bytes]:  # noqa: ANN401
    return SchemaSerializer(plain(TypeAdapter(hint).core_schema)).to_json


def plain(schema: Schema) -> Schema:
    """Return a core schema that writes times our way, and lists without asking Python for each item."""
    if isinstance(schema, list):
        return [plain(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("type") == "datetime":
        return {**schema, "serialization": _MOMENT}
    if schema.get("type") == "enum" and schema.get("sub_type") == "str":
        return {**schema, "serialization": core_schema.simple_ser_schema("str")}
    if schema.get("type") == "json-or-python" and schema["json_schema"]["type"] == "list":
        return _sequence(plain(schema["json_schema"]))
    return {key: part if key == "serialization" else plain(part) for key, part in schema.items()}


def _sequence(schema: Schema) -> Schema:
    """Return a schema for a list that may also be a tuple, as whatever is frozen says "none"."""
    tupled = core_schema.tuple_variable_schema(schema["items_schema"])
    return core_schema.union_schema([schema, tupled])


def row_of(hint: Any) -> Any:  # noqa: ANN401
    """Return the type of the rows in a list or a page."""
    return get_args(hint)[0] if get_args(hint) else hint
