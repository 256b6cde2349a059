"""Read what browsers send: JSON, without characters that nothing can hold."""

import json
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.ids import internal_id
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import clean


def read(text: str | bytes) -> Any:  # noqa: ANN401
    """Return what a JSON text says, without NUL. Raises ValueError where it is none.

    Half a surrogate pair is no JSON to the quick reader, but a browser sends it where an emoji was
    cut in two: it must not keep a message from going out.
    """
    try:
        said = orjson.loads(text)
        nul = "\\u0000" if isinstance(text, str) else b"\\u0000"
        return _cleaned(said) if nul in text else said  # type: ignore[operator]
    except (orjson.JSONDecodeError, RecursionError):
        return _mended(text if isinstance(text, str) else text.decode())


def read_id(prefix: str, given: object) -> int:
    """Return the id that a frame names. Raises Refused: ``frame.id``."""
    try:
        return internal_id(prefix, str(given))
    except ValueError:
        raise Refused("frame.id", _("This is not an id we know.")) from None


def _mended(text: str) -> Any:  # noqa: ANN401
    try:
        return _cleaned(json.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _cleaned(said: Any) -> Any:  # noqa: ANN401
    if isinstance(said, str):
        return clean(said)
    if isinstance(said, list):
        return [_cleaned(part) for part in said]
    if isinstance(said, dict):
        return {clean(name): _cleaned(part) for name, part in said.items()}
    return said
