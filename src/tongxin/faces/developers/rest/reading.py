"""Turn a query string or a body into arguments."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from tongxin.faces.developers.rest import problems

LARGEST = 1024 * 1024
_MOST_PARTS = 600
_JSON = "application/json"


def body_of(request: HttpRequest, largest: int = LARGEST) -> bytes:
    """Return the body, never more than ``largest`` bytes of it. Raises Problem."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > largest:
        raise problems.too_large()
    stream = request.META["wsgi.input"]
    if "HTTP_TRANSFER_ENCODING" not in request.META:
        return bytes(stream.read(int(length))) if length != "0" else b""
    body = bytes(stream.read(largest + 1))
    if len(body) > largest:
        raise problems.too_large()
    return body


def from_query(text: str, lists: frozenset[str]) -> Mapping[str, Any]:
    """Read a query string: a key of ``lists`` may come again and again. Raises Problem."""
    try:
        pairs = parse_qsl(
            text.encode("latin-1").decode(),  # WSGI hands over bytes in disguise
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARTS,
        )
    except ValueError:
        raise problems.unreadable() from None
    given: dict[str, Any] = {}
    for key, value in pairs:
        if "\0" in value or "\0" in key:
            raise problems.unreadable()
        if key in given or key in lists:
            given[key] = [*given[key], value] if isinstance(given.get(key), list) else [
                *([given[key]] if key in given else []), value,
            ]  # fmt: skip
        else:
            given[key] = value
    return given


def from_body(request: HttpRequest, body: bytes, model: type[BaseModel]) -> BaseModel:
    """Read a JSON body, strictly. Raises Problem."""
    sent = (request.META.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    if body and sent != _JSON:
        raise problems.not_json()
    if b"\\u0000" in body and _holds_nul(body):
        raise problems.unreadable()
    return validated(model.model_validate_json, body or b"{}", strict=True)


def validated(validate: Any, given: Any, **how: Any) -> BaseModel:  # noqa: ANN401
    """Validate; raises Problem where pydantic finds fault."""
    try:
        read: BaseModel = validate(given, **how)
    except ValidationError as error:
        raise problems.of_validation(error) from None
    return read


def _holds_nul(body: bytes) -> bool:
    try:
        return _nul_in(json.loads(body))
    except (ValueError, RecursionError):
        return True


def _nul_in(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _nul_in(part) for key, part in value.items())
    return isinstance(value, list) and any(map(_nul_in, value))
