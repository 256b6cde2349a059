"""Believable values for any schema, for examples in the documentation."""

from collections.abc import Mapping
from typing import Any

from tongxin.center.kit.ids import public_id

Schema = Mapping[str, Any]
WORDS = {
    "text": "您好，已经为您补发壶盖。",
    "name": "小梅",
    "email": "amelie@xiaoman.example",
    "time_zone": "Asia/Shanghai",
    "language": "zh-hans",
    "channel": "webchat",
    "kind": "webchat",
    "value": "visitor-42",
    "subject": "我的茶壶盖子碎了",
    "client_id": "6f1c1d0e-1",
    "scopes": "conversation.read",
    "kids": "k_3f9a2c51b0e7",
    "add": "破损",
    "remove": "新客",
    "kinds": "conversation.rated",
    "cursor": f"{public_id('cur', 1)}",
    "next_cursor": f"{public_id('cur', 1)}",
    "password": "",
}
_AT = "2026-11-21T04:00:00.000Z"
_PATTERN = "^"
_GIVEN = ("example", "default", "const")


def sample(schema: Schema, known: Mapping[str, Schema], name: str = "") -> Any:  # noqa: ANN401
    """Return a value that fits a schema; ``known`` are the schemas that it may refer to."""
    if "$ref" in schema:
        return sample(known[schema["$ref"].rpartition("/")[2]], known, name)
    given = [schema[key] for key in _GIVEN if schema.get(key) is not None]
    given += [schema[some][0] for some in ("examples", "enum") if schema.get(some)]
    if given:
        return given[0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], known, name)
    return _of_type(schema, known, name)


def _of_type(schema: Schema, known: Mapping[str, Schema], name: str) -> Any:  # noqa: ANN401
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {field: sample(fields[field], known, field) for field in fields}
        case "array":
            return [sample(schema["items"], known, name)]
        case "string":
            return _text(schema, name)
        case "integer":
            return schema.get("minimum", 3)
        case "boolean":
            return True
        case kind:
            return 0.5 if kind == "number" else {}


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") == "date-time":
        return _AT
    pattern = schema.get("pattern", "")
    if pattern.startswith(_PATTERN) and "_[" in pattern:
        return public_id(pattern[1:].partition("_[")[0], 1)
    return WORDS.get(name, "")
