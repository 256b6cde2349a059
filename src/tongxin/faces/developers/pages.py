"""The documentation to browse: how to begin, and every operation, from the same description."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongxin.faces.developers.rest.calls import JSON
from tongxin.faces.developers.rest.credentials import PER_SECOND, SIZE
from tongxin.faces.developers.rest.openapi import document
from tongxin.faces.developers.rest.problems import TITLES
from tongxin.faces.developers.rest.routes import by_name
from tongxin.faces.doors.pages import render

Schema = dict[str, Any]
_TYPES = {"integer": "number", "array": "list"}


@dataclass(frozen=True)
class Field:
    """One argument, as the page shows it."""

    name: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True)
class Operation:
    """One operation, as the page shows it."""

    name: str
    method: str
    path: str
    says: str
    scope: str
    cost: int
    codes: tuple[str, ...]
    fields: list[Field]
    curl: str
    answer: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say how to begin."""
    values = {
        "rooms": rooms(), "origin": request.build_absolute_uri("/").rstrip("/"),
        "size": SIZE, "per_second": PER_SECOND, "refusals": TITLES.items(),
    }  # fmt: skip
    return render(request, "developers/home.html", values)


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """Show every operation, by room."""
    origin = request.build_absolute_uri("/").rstrip("/")
    found = {
        room: [_operation(place, origin) for place in places] for room, places in rooms().items()
    }
    return render(request, "developers/api.html", {"rooms": found})


def rooms() -> dict[str, list[tuple[str, str, Schema]]]:
    """Return (method, path, operation) of every operation, by room."""
    found: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return dict(sorted(found.items()))


def _operation(place: tuple[str, str, Schema], origin: str) -> Operation:
    method, path, told = place
    says = told["summary"]
    route = by_name().get(told["operationId"])
    body = told.get("requestBody", {}).get("content", {}).get(JSON)
    return Operation(
        told["operationId"], method, path, _(says), told["x-scope"], told["x-cost"],
        tuple(route.entry.codes) if route else (), _fields(told, body), _curl(place, origin, body),
        _answer(told),
    )  # fmt: skip


def _fields(told: Schema, body: Schema | None) -> list[Field]:
    found = [
        Field(p["name"], _kind(p["schema"]), bool(p.get("required")), p["in"])
        for p in told["parameters"]
        if p["in"] != "header"
    ]
    schema = _known(body["schema"]) if body else {}
    needed = schema.get("required", ())
    found += [
        Field(name, _kind(part), name in needed, "body")
        for name, part in schema.get("properties", {}).items()
    ]
    return found


def _kind(schema: Schema) -> str:
    """Say in a word or two what a value is."""
    if "anyOf" in schema:
        return " | ".join(_kind(part) for part in schema["anyOf"])
    known = _known(schema)
    if "enum" in known:
        return " | ".join(f"“{value}”" for value in known["enum"])
    if "items" in known:
        return f"[{_kind(known['items'])}]"
    if "pattern" in known:
        return str(known["pattern"]).lstrip("^").partition("[")[0] + "…"
    kind = known.get("format") or known.get("type", "any")
    return str(_TYPES.get(kind, kind))


def _known(schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _curl(place: tuple[str, str, Schema], origin: str, body: Schema | None) -> str:
    method, path, told = place
    lines = [f"curl {origin}{_filled(path, told)}", '-H "Authorization: Bearer $TOKEN"']
    if method == "POST":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body:
        sent = json.dumps(body["example"], ensure_ascii=False).replace("'", "’")
        lines += ['-H "Content-Type: application/json"', f"-d '{sent}'"]
    elif method == "POST":
        lines.append("-F file=@lid.png")
    return " \\\n  ".join(lines)


def _filled(path: str, told: Schema) -> str:
    """Return the path with an example of the id in it."""
    for parameter in told["parameters"]:
        if parameter["in"] == "path":
            prefix = _kind(parameter["schema"]).rstrip("…")
            path = path.replace(f"{{{parameter['name']}}}", f"{prefix}5gmfm5mac92r0")
    return path


def _answer(told: Schema) -> str:
    done = told["responses"].get("200") or told["responses"]["201"]
    example = done["content"].get(JSON, {}).get("example")
    return json.dumps(example, ensure_ascii=False, indent=2) if example is not None else ""
