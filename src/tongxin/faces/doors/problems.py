"""Refusals as the web tells them: problem+json to machines, a page to people."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import ValidationError

from tongxin.center.kit.refusals import Reason, Refused

STATUS = {
    Reason.INVALID: 422,
    Reason.FORBIDDEN: 403,
    Reason.MISSING: 404,
    Reason.CONFLICT: 409,
    Reason.TOO_LARGE: 413,
    Reason.LIMITED: 429,
}


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:  # noqa: ANN401
    """Return RFC 9457 problem details with our stable ``code``."""
    body: Mapping[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )


def problem_of(refused: Refused) -> HttpResponse:
    detail = str(refused.detail)
    return problem(STATUS[refused.reason], refused.code, detail, **field_of(refused))


def field_of(refused: Refused) -> dict[str, Any]:
    """Return which field is wrong, in the shape of a validation's, where that is known."""
    if not refused.field:
        return {}
    one = {"field": refused.field, "code": refused.code, "detail": str(refused.detail)}
    return {"errors": (one,)}


def problem_of_validation(error: ValidationError) -> HttpResponse:
    """Say which fields are wrong and why, without repeating what was sent."""
    errors = [
        {"field": ".".join(str(part) for part in e["loc"]), "code": e["type"], "detail": e["msg"]}
        for e in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return problem(
        422, "request.invalid", _("The request does not have the right form."), errors=errors
    )


def wants_page(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "") and not request.headers.get(
        "HX-Request"
    )
