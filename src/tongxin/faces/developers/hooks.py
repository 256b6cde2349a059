"""One door for everything that channels hear: ``/hooks/<inbox key>/``.

The channel verifies the caller; what came in is kept raw and answered at once, and interpreted afterwards.
Where a person holds the line, the answer follows from what the house knows at that moment (``Front``).
"""

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tongxin.center.kit.refusals import Refused
from tongxin.faces.developers.rest import problems
from tongxin.faces.developers.rest.calls import answered
from tongxin.faces.developers.rest.problems import Problem
from tongxin.faces.developers.rest.reading import body_of
from tongxin.faces.developers.rest.service import language_of
from tongxin.service.channels.actions import keep_calls
from tongxin.service.channels.ports import Answer, Call, Channel
from tongxin.service.channels.queries import adapter, capabilities, inbox_by_key
from tongxin.service.channels.values import InboxRow
from tongxin.service.outposts.ports import Outpost
from tongxin.service.team.queries import Front

PREFIX = "/hooks/"
_MB = 1024 * 1024
_STATUS = {"hook.forged": 401, "hook.malformed": 400}

log = logging.getLogger(__name__)


def answer(request: HttpRequest) -> HttpResponse:
    """Answer any request below ``/hooks/``, whatever comes in."""
    return guarded(request, hear)


def guarded(request: HttpRequest, hears: Callable[[HttpRequest, datetime], Answer]) -> HttpResponse:
    """Answer what ``hears`` says to a call, or what it refuses."""
    with translation.override(language_of(request)):
        try:
            return _answered(hears(request, timezone.now()))
        except Exception as error:  # noqa: BLE001 - a provider gets an answer it can read, whatever happens
            return _refusal(_problem_of(error))


def hear(request: HttpRequest, now: datetime) -> Answer:
    """Take in one call; return what its caller is told. Raises Problem and Refused."""
    key = request.path_info[len(PREFIX) :].strip("/")
    inbox = inbox_by_key(key=key[:32])
    call = call_of(request, int(capabilities(inbox.channel).largest_call_mb * _MB), now)
    channel = adapter(inbox)
    if (shaken := checked(channel, call)) is not None:
        return shaken
    return _kept(inbox, channel, call, now)


def checked(channel: Channel | Outpost, call: Call) -> Answer | None:
    """Return the answer to a vendor who only tries the door. Raises Refused where it is somebody else."""
    try:
        channel.verify(call)
        return channel.handshake(call)
    except (Refused, OperationalError):
        raise
    except Exception as error:
        log.exception("a channel could not verify a call")
        raise problems.unreadable() from error


def _kept(inbox: InboxRow, channel: Channel, call: Call, now: datetime) -> Answer:
    keep_calls(inbox=inbox, calls=[call], now=now)
    try:
        return channel.respond(call, Front(inbox, now))
    except OperationalError:
        raise
    except Exception:
        log.exception("a channel could not answer what is kept")
        return Answer()


def call_of(request: HttpRequest, largest: int, now: datetime) -> Call:
    """Return the request as its sender wrote it; the name that they called us by is not judged."""
    if request.method not in {"GET", "POST"}:
        raise problems.only("GET, POST")
    body = body_of(request, largest)
    meta = request.META
    host = meta.get("HTTP_HOST") or meta.get("SERVER_NAME", "")
    asked = f"?{meta['QUERY_STRING']}" if meta.get("QUERY_STRING") else ""
    url = f"{request.scheme}://{host}{quote(request.path)}{asked}"
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method or "", url, headers, body, now)


def _answered(said: Answer) -> HttpResponse:
    response = HttpResponse(said.body, status=said.status, content_type=said.kind)
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - as every answer here
    return response


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        problem = problems.of_refusal(error)
        problem.status = _STATUS.get(error.code, problem.status)
        return problem
    if isinstance(error, OperationalError):
        return problems.busy()
    log.error("a call broke", exc_info=error)
    return problems.unreadable() if isinstance(error, DataError | ValueError) else problems.broken()


def _refusal(problem: Problem) -> HttpResponse:
    response = answered(problem.body(), problem.status, problems.TYPE)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
