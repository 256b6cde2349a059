"""What no view answers: an address that is none, a body nobody can read, a break on our side."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _

from tongxin.faces.doors.pages import jinja, render
from tongxin.faces.doors.problems import problem, wants_page

REFUSED = "doors/refused.html"


def answer(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    **more: Any,  # noqa: ANN401
) -> HttpResponse:
    """Say no with a code: by a page to people, by problem details to everybody else."""
    if wants_page(request):
        return render(request, REFUSED, {"detail": detail, "code": code}, status=status)
    return problem(status, code, detail, **more)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        return answer(request, 413, "request.too_large", _("This request is too large."))
    detail = _("This request cannot be read, or it holds what text cannot.")
    return answer(request, 400, "request.unreadable", detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address at which there is nothing."""
    return answer(request, 404, "path.unknown", _("There is nothing at this address."))


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that does not come from a page of ours, or from one too old."""
    return answer(request, 403, "form.token", _("Reload the page and try again."))


def too_often(request: HttpRequest) -> HttpResponse:
    """Answer somebody whom log-in, or the asking for a new password, has counted too often."""
    return answer(request, 429, "rate.limited", _("That was too often. Try again later."))


def broke(request: HttpRequest) -> HttpResponse:
    """Answer for a break on our side; where the database is away, it is worth another try."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        response = _bare(request, 503, "busy", _("Please try again in a second."))
        response["Retry-After"] = "1"
        return response
    return _bare(request, 500, "broken", _("Something broke on our side. It was noted."))


def _bare(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """Answer without asking the database for anything."""
    if not wants_page(request):
        return problem(status, code, detail)
    values = {"request": request, "csrf_token": get_token(request), "detail": detail, "code": code}
    return HttpResponse(jinja(REFUSED).render(values), status=status)
