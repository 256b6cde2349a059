"""Templates of a WhatsApp business account: those that hold nothing but words, and buttons that need none.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from tongxin.sdk import Refused, Template, understood

FIELDS = "name,language,status,parameter_format,components"
_HOLE = re.compile(r"\{\{\s*([^{}\s]{1,100})\s*\}\}")
_PARTS = ("HEADER", "BODY", "FOOTER")
_PLAIN_BUTTONS = {"QUICK_REPLY", "PHONE_NUMBER", "URL"}
_OF_HEADER = "header_"  # a header counts its parameters by itself


class Button(BaseModel):
    """What one may press below."""

    type: str = ""
    url: str = ""


class Component(BaseModel):
    """A part of a template."""

    type: str
    format: str = "TEXT"
    text: str = ""
    buttons: list[Button] = []


class Told(BaseModel):
    """A template as Meta tells it."""

    name: str
    language: str
    status: str
    parameter_format: str = "POSITIONAL"
    components: list[Component]


def template_of(raw: object) -> Template | None:
    """Return a template where it is approved and words fill it."""
    try:
        told = understood(Told, raw) if isinstance(raw, dict) else None
    except Refused:
        return None
    if told is None or told.status != "APPROVED" or not all(map(_is_plain, told.components)):
        return None
    parts = {part.type: part.text for part in told.components if part.type in _PARTS}
    names = {kind: _names(parts.get(kind, "")) for kind in _PARTS}
    is_named = told.parameter_format == "NAMED"
    if (
        not parts.get("BODY")
        or names["FOOTER"]
        or not (is_named or all(map(_counts, names.values())))
    ):
        return None
    holes = (*(_OF_HEADER + name for name in names["HEADER"]), *names["BODY"])
    if len(set(holes)) < len(holes):
        return None
    text = "\n\n".join(_with_holes(parts[kind], kind) for kind in _PARTS if parts.get(kind))
    return Template(told.name, text, told.language, holes=holes, details={"is_named": is_named})


def components(template: Template, values: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Say which words go into which part."""
    header = [hole for hole in template.holes if hole.startswith(_OF_HEADER)]
    body = [hole for hole in template.holes if hole not in header]
    for kind, holes in (("header", header), ("body", body)):
        said = [_parameter(template, hole, values[hole]) for hole in holes]
        if said:
            yield {"type": kind, "parameters": said}


def _parameter(template: Template, hole: str, value: str) -> dict[str, str]:
    said = {"type": "text", "text": value}
    if template.details.get("is_named"):
        said["parameter_name"] = hole.removeprefix(_OF_HEADER)
    return said


def _is_plain(part: Component) -> bool:
    if part.type == "BUTTONS":
        return all(one.type in _PLAIN_BUTTONS and "{{" not in one.url for one in part.buttons)
    return part.type in _PARTS and part.format == "TEXT"


def _names(text: str) -> list[str]:
    """Return the parameters of a part: numbers in their order, names in that of the text."""
    found = list(dict.fromkeys(_HOLE.findall(text)))
    return sorted(found, key=int) if all(map(_is_number, found)) else found


def _counts(names: list[str]) -> bool:
    return names == [str(number) for number in range(1, len(names) + 1)]


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal()


def _with_holes(text: str, kind: str) -> str:
    mark = _OF_HEADER if kind == "HEADER" else ""
    return _HOLE.sub(lambda found: f"{{{{{mark}{found[1]}}}}}", text)
