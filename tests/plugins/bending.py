"""Bend what vendors really send, so that it looks nearly right: JSON, XML, forms."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hypothesis import strategies as st

_TEXT = st.text(max_size=20)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
    | st.sampled_from(["", "0", "-1", "\x00", "9" * 400, 10**400, -(2**63), 2**53, "text", "image", [], {}])
)  # fmt: skip
ANYTHING = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4)
)


def bent(body: bytes) -> st.SearchStrategy[bytes]:
    """Return bodies like this one, but for one place."""
    choices = [st.binary(max_size=60), st.just(b""), _cut(body), ANYTHING.map(_dumped)]
    try:
        said = json.loads(body)
    except ValueError:
        if body.lstrip().startswith(b"<"):
            choices.append(_bent_text(body))
        elif b"=" in body:
            choices.append(_bent_form(body.decode("utf-8", "replace")))
    else:
        choices += [_bent_json(said)] * 4
    return st.one_of(choices)


def _dumped(said: Any) -> bytes:
    return json.dumps(said).encode()


def _cut(body: bytes) -> st.SearchStrategy[bytes]:
    return st.integers(0, len(body)).map(lambda at: body[:at])


def _bent_text(body: bytes) -> st.SearchStrategy[bytes]:
    places = st.integers(0, len(body))
    return st.tuples(places, places, st.binary(max_size=20)).map(
        lambda bend: body[: min(bend[:2])] + bend[2] + body[max(bend[:2]) :]
    )


def _bent_form(body: str) -> st.SearchStrategy[bytes]:
    pairs = parse_qsl(body, keep_blank_values=True)
    place, value = st.integers(0, max(len(pairs) - 1, 0)), st.text(max_size=40).map(_encodable)
    return st.tuples(place, st.none() | value).map(lambda bend: _form(pairs, *bend))


def _form(pairs: list[tuple[str, str]], place: int, value: str | None) -> bytes:
    left = [*pairs[:place], *pairs[place + 1 :]]
    if value is not None and pairs:
        left.append((pairs[place][0], value))
    return urlencode(left).encode()


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _bent_json(said: Any) -> st.SearchStrategy[bytes]:
    paths = [path for path in _paths(said) if path]
    if not paths:
        return ANYTHING.map(_dumped)
    return st.tuples(st.sampled_from(paths), ANYTHING, st.booleans()).map(
        lambda bend: _dumped(_changed(said, *bend))
    )


def _paths(said: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    inner = (
        said.items()
        if isinstance(said, dict)
        else enumerate(said)
        if isinstance(said, list)
        else ()
    )
    for key, value in inner:
        yield from _paths(value, (*above, key))


def _changed(said: Any, path: tuple[Any, ...], value: Any, is_gone: bool) -> Any:
    if not path:
        return value
    changed = said.copy()
    if is_gone and len(path) == 1:
        del changed[path[0]]
    else:
        changed[path[0]] = _changed(said[path[0]], path[1:], value, is_gone)
    return changed
