"""The API described for machines: OpenAPI 3.1, made from the registry."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter

from tongxin.center.kit import files
from tongxin.center.kit.paging import Page
from tongxin.faces.developers.rest import described
from tongxin.faces.developers.rest.calls import JSON
from tongxin.faces.developers.rest.routes import Route, by_name
from tongxin.faces.developers.rest.samples import sample

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
_LONG = re.compile(r"tongxin__\w+?__(\w+?)__values__(\w+)")
_MARKS = re.compile(r"``([^`]*)``")


@cache
def document() -> Schema:
    """Return the whole description."""
    routes = by_name().values()
    schemas, parts = _schemas(routes)
    paths: dict[str, Schema] = {}
    for route in routes:
        place = paths.setdefault(f"/api/v1{route.place.path}", {})
        place[route.place.method.lower()] = _operation(route, parts, schemas)
    paths |= described.paths_of_files(parts["file"])
    return {
        "openapi": "3.1.0",
        "info": described.INFO,
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": room} for room in sorted({"kit", *map(room_of, routes)})],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted((_told(schemas) | described.SCHEMAS).items())),
            "headers": described.HEADERS,
            "responses": described.RESPONSES,
            "securitySchemes": described.SECURITY,
        },
    }


def room_of(route: Route) -> str:
    """Return the room whose verb it is."""
    return route.entry.run.__module__.split(".")[2]


def _schemas(routes: Iterable[Route]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return all named schemas; and what each route answers, and takes (``<name>/in``)."""
    inputs: list[Any] = [("file", "serialization", TypeAdapter(files.FileRow))]
    for route in routes:
        row = _row_of(route.entry.answers_with)
        inputs.append((route.name, "serialization", TypeAdapter(row)))
        inputs.append((f"{route.name}/in", "validation", TypeAdapter(route.body)))
    parts, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
    found = _renamed({"parts": [(key, schema) for (key, _mode), schema in parts.items()], **shared})
    return found["$defs"], dict(found["parts"])


def _told(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """Leave out what questions take: that stands in their parameters."""
    asked = {route.body.__name__ for route in by_name().values() if route.place.method == "GET"}
    return {name: schema for name, schema in schemas.items() if name not in asked}


def _renamed(schemas: Schema) -> Schema:
    """Give types that share a name the name of their room: two rooms have a State."""
    text = json.dumps(schemas, ensure_ascii=False, default=str)
    renamed: Schema = json.loads(_LONG.sub(lambda m: m[1].title().replace("_", "") + m[2], text))
    known = {
        json.dumps(schema): name for name, schema in renamed["$defs"].items() if "-" not in name
    }
    for name in [name for name in renamed["$defs"] if "-" in name]:
        schema = renamed["$defs"].pop(name)
        same = known.get(json.dumps(schema), name.replace("-", ""))  # taken and given may differ
        renamed["$defs"].setdefault(same, schema)
        renamed = json.loads(json.dumps(renamed).replace(f'/{name}"', f'/{same}"'))
    return renamed


def _row_of(hint: Any) -> Any:  # noqa: ANN401
    return get_args(hint)[0] if get_origin(hint) is Page else hint


def _operation(route: Route, parts: Mapping[str, Schema], schemas: Mapping[str, Schema]) -> Schema:
    is_action = route.place.method == "POST"
    taken, answer = parts[f"{route.name}/in"], _answer(route, parts[route.name])
    operation: Schema = {
        "operationId": route.name,
        "summary": route.entry.headline,
        "description": _description(route),
        "tags": [room_of(route)],
        "x-scope": route.entry.needs,
        "x-cost": route.cost,
        "parameters": _arguments(route, {} if is_action else _resolved(taken, schemas)),
        "responses": described.responses(
            answer,
            sample(answer, schemas),
            is_action=is_action,
            has_tag=route.has_tag,
            names=_named(route),
        ),
    }
    if is_action:
        body = {"schema": taken, "example": sample(taken, schemas)}
        operation["requestBody"] = {"required": True, "content": {JSON: body}}
    return operation


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _named(route: Route) -> bool:
    """Whether a request names something that may be unknown."""
    names = [route.place.argument, *route.body.model_fields]
    return route.place.method == "POST" or any(name.endswith("_id") for name in names)


def _description(route: Route) -> str:
    paragraphs = [" ".join(p.split()) for p in route.entry.summary.split("\n\n")]
    text = "\n\n".join(paragraphs).replace("Raises Refused:", "Refuses with the codes")
    return _MARKS.sub(r"`\1`", text) + f"\n\nScope: `{route.entry.needs}`. Cost: {route.cost}."


def _arguments(route: Route, taken: Schema) -> list[Schema]:
    found = []
    if name := route.place.argument:
        schema = route.identity.json_schema()
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    needed = taken.get("required", [])
    for name, schema in taken.get("properties", {}).items():
        found.append(
            {"name": name, "in": "query", "required": name in needed, "schema": _of_query(schema)}
        )
    found += [described.ACCEPT_LANGUAGE]
    if route.place.method == "POST":
        found.append(described.IDEMPOTENCY_KEY)
    if route.shown_by is not None:
        found.append(described.IF_MATCH)
    return found


def _of_query(schema: Schema) -> Schema:
    """A query string has no null: what may be null is left out."""
    [first, *_more] = schema.get("anyOf", [schema])
    return {k: v for k, v in first.items() if k != "title" and not (k == "default" and v is None)}


def _answer(route: Route, schema: Schema) -> Schema:
    """Return the schema of an answer as it goes over the wire: with its name, or as a page."""
    hint = route.entry.answers_with
    if get_origin(hint) is Page:
        cursor = {"anyOf": [{"type": "string"}, {"type": "null"}]}
        return _object({"items": {"type": "array", "items": schema}, "next_cursor": cursor})
    schema = {key: part for key, part in schema.items() if key not in {"title", "description"}}
    return _object({route.writer.name: schema}) if route.writer.name else schema


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}
