"""One door for everything that channels hear: ``POST /hooks/<inbox key>/``.

The channel verifies the caller and translates; conversations take it in; 204 says that it is written.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tongxin.center.kit.refusals import Refused
from tongxin.faces.developers.rest import problems
from tongxin.faces.developers.rest.calls import answered
from tongxin.faces.developers.rest.problems import Problem
from tongxin.faces.developers.rest.reading import body_of
from tongxin.faces.developers.rest.service import language_of
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.queries import adapter, inbox_by_key
from tongxin.service.channels.values import Heard, InboxRow
from tongxin.service.conversations.actions import receive

PREFIX = "/hooks/"
LARGEST = 5 * 1024 * 1024
_TAKEN = 204
_STATUS = {"hook.forged": 401, "hook.malformed": 400}

log = logging.getLogger(__name__)


def answer(request: HttpRequest) -> HttpResponse:
    """Answer any request below ``/hooks/``, whatever comes in."""
    with translation.override(language_of(request)):
        try:
            hear(request, timezone.now())
        except Exception as error:  # noqa: BLE001 - a provider gets an answer it can read, whatever happens
            return _refusal(_problem_of(error))
    return HttpResponse(status=_TAKEN)


def hear(request: HttpRequest, now: datetime) -> None:
    """Take in one delivery. Raises Problem and Refused."""
    key = request.path_info[len(PREFIX) :].strip("/")
    inbox = inbox_by_key(key=key[:32])
    if request.method != "POST":
        raise problems.only("POST")
    body = body_of(request, LARGEST)
    channel = adapter(inbox)
    headers = {name.lower(): value for name, value in request.headers.items()}
    channel.verify(headers, body)
    receive(heard=_heard(inbox, channel.hear(body)), now=now)


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        problem = problems.of_refusal(error)
        problem.status = _STATUS.get(error.code, problem.status)
        return problem
    if isinstance(error, OperationalError):
        return problems.busy()
    log.error("a delivery broke", exc_info=error)
    return problems.unreadable() if isinstance(error, DataError) else problems.broken()


def _heard(inbox: InboxRow, arrivals: Sequence[Arrival]) -> list[Heard]:
    return [Heard(inbox.id, inbox.workspace_id, inbox.channel, arrival) for arrival in arrivals]


def _refusal(problem: Problem) -> HttpResponse:
    response = answered(problem.body(), problem.status, problems.TYPE)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
