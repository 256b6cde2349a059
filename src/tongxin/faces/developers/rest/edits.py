"""Edits that must not undo each other: an ETag shows what was read, ``If-Match`` asks for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from django.db import OperationalError, connection, transaction

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sql import rows
from tongxin.faces.developers.rest import problems
from tongxin.faces.developers.rest.calls import Call
from tongxin.faces.developers.rest.routes import Route

_MATCH = "HTTP_IF_MATCH"


def tag(body: bytes) -> str:
    """Return the ETag of an answer."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def is_known(call: Call, found: str) -> bool:
    """Whether the caller has this very answer already."""
    known = call.meta.get("HTTP_IF_NONE_MATCH", "")
    return known.strip() == "*" or found in _tags(known)


@contextmanager
def steady(call: Call, route: Route) -> Iterator[None]:
    """Let nobody change between check and edit what the caller read. Raises Problem if somebody did.

    PostgreSQL sees to it: in a repeatable-read transaction an update of what others changed fails.
    """
    if _MATCH not in call.meta or route.shown_by is None or connection.in_atomic_block:
        yield
        return
    try:
        with transaction.atomic():
            rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    except OperationalError:
        raise problems.changed() from None


def check_unchanged(call: Call, route: Route, actor: Actor, read: Mapping[str, Any]) -> None:
    """Raise Problem where the thing is not what the caller read, if they said what that was."""
    wanted = call.meta.get(_MATCH)
    if wanted is None or route.shown_by is None:
        return
    now_there = _shown(call, route.shown_by, actor, read)
    if now_there is None or (wanted.strip() != "*" and now_there not in _tags(wanted)):
        raise problems.changed()


def _shown(call: Call, shown_by: Route, actor: Actor, read: Mapping[str, Any]) -> str | None:
    """Return the ETag of the one thing that the edit is about, as it is now."""
    arguments = {}
    if name := shown_by.place.argument:
        ids = [read[name]] if name in read else list(read[f"{name}s"])
        if len(ids) != 1:
            return None
        arguments[name] = ids[0]
    try:
        answer = shown_by.entry.carry_out(actor, arguments, call.now)
    except Refused:
        return None
    return tag(shown_by.writer.write(answer))


def _tags(header: str) -> list[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]
