"""The life of one request: where it goes, who asks, what they want, what is the answer."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from pydantic import ValidationError

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.idempotency import Answer
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import check, values_of
from tongxin.faces.developers.rest import described, edits, files, openapi, problems, reading
from tongxin.faces.developers.rest.calls import JSON, Call, answered
from tongxin.faces.developers.rest.credentials import admit
from tongxin.faces.developers.rest.problems import Problem
from tongxin.faces.developers.rest.repeats import at_most_once
from tongxin.faces.developers.rest.routes import Route, find

HEADERS = MappingProxyType(
    {"Api-Version": described.VERSION, "Vary": "Accept-Language, Authorization"}
)
_NOT_MODIFIED = 304
_TAKEN = ("*/*", "application/*", JSON)

Doing = Callable[[Call, str], HttpResponse]

log = logging.getLogger(__name__)


def answer(request: HttpRequest) -> HttpResponse:
    """Answer any request below ``/api/v1``: JSON (or a file's bytes), never a page."""
    call = Call(request, timezone.now(), dict(HEADERS))
    with translation.override(language_of(request)):
        try:
            response = _route(call)
        except Problem as problem:
            response = _refusal(call, problem)
        except Refused as refused:
            response = _refusal(call, problems.of_refusal(refused))
        except Exception as error:  # noqa: BLE001 - a machine gets an answer it can read, whatever happens
            response = _refusal(call, _of_accident(call, error))
    for name, value in call.headers.items():
        response.headers[name] = value
    if request.method == "HEAD":
        response.content = b""
    return response


def language_of(request: HttpRequest) -> str:
    """Return the language that ``Accept-Language`` asks for first."""
    wanted = request.META.get("HTTP_ACCEPT_LANGUAGE", "").lower().lstrip()
    return "zh-hans" if wanted.startswith("zh") else "en"


def _route(call: Call) -> HttpResponse:
    methods, given = _found(call.path)
    if (doing := methods.get(call.method)) is None:
        raise problems.only(", ".join(sorted(methods)))
    return doing(call, given)


def _found(path: str) -> tuple[Mapping[str, Doing], str]:
    routes, given = find(path)
    if routes is not None:
        return {method: partial(_serve, route) for method, route in routes.items()}, given
    if path in BESIDES:
        return BESIDES[path], ""
    head, _slash, tail = path.rpartition("/")
    if f"{head}/*" not in BESIDES:
        raise problems.nowhere()
    return BESIDES[f"{head}/*"], tail


def _serve(route: Route, call: Call, given: str) -> HttpResponse:
    actor = admit(call, route.cost)
    check(actor, route.entry.needs)
    accepted = call.meta.get("HTTP_ACCEPT")
    if accepted and not any(kind in accepted for kind in _TAKEN):
        raise problems.not_acceptable()
    own = {route.place.argument: _identity(route, given)} if route.place.argument else {}
    if call.method == "GET":
        return _ask(call, route, actor, own)
    return _act(call, route, actor, own)


def _ask(call: Call, route: Route, actor: Actor, own: Mapping[str, Any]) -> HttpResponse:
    given = reading.from_query(call.meta.get("QUERY_STRING", ""), route.lists)
    read = values_of(reading.validated(route.body.model_validate, given))
    body = route.writer.write(route.entry.carry_out(actor, {**read, **own}, call.now))
    if route.has_tag:
        call.headers["ETag"] = edits.tag(body)
        if edits.is_known(call, call.headers["ETag"]):
            return answered(b"", _NOT_MODIFIED)
    return answered(body)


def _act(call: Call, route: Route, actor: Actor, own: Mapping[str, Any]) -> HttpResponse:
    sent = reading.body_of(call.request)
    read = {**values_of(reading.from_body(call.request, sent, route.body)), **own}

    def run() -> Answer:
        edits.check_unchanged(call, route, actor, read)
        return Answer(200, route.writer.write(route.entry.carry_out(actor, read, call.now)))

    with edits.steady(call, route):
        return at_most_once(call, actor, sent, run)


def _identity(route: Route, given: str) -> int:
    """Read the id in the path; one that is none is as unknown as any other."""
    try:
        return route.identity.validate_python(given)
    except ValidationError:
        raise problems.nothing() from None


def _of_accident(call: Call, error: Exception) -> Problem:
    if isinstance(error, OperationalError):
        return problems.busy()
    log.error("%s %s", call.method, call.path, exc_info=error)
    return problems.unreadable() if isinstance(error, DataError) else problems.broken()


def _refusal(call: Call, problem: Problem) -> HttpResponse:
    call.headers |= problem.headers
    return answered(problem.body(), problem.status, problems.TYPE)


def _describe(call: Call, _given: str) -> HttpResponse:
    """Say what there is; anybody may know."""
    return answered(_description())


@cache
def _description() -> bytes:
    return json.dumps(openapi.document(), ensure_ascii=False, default=str).encode()


# What is not JSON made from the registry.
BESIDES: Mapping[str, Mapping[str, Doing]] = MappingProxyType(
    {
        "/files": {"POST": files.store},
        "/files/*": {"GET": files.fetch},
        "/openapi.json": {"GET": _describe},
    }
)
