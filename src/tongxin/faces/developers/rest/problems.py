"""How the API says no: RFC 9457 problem details, with a code that never changes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.problems import STATUS, field_of

TYPE = "application/problem+json"
BAD_REQUEST, UNAUTHORIZED, NOT_FOUND, NOT_ALLOWED, NOT_ACCEPTABLE = 400, 401, 404, 405, 406
CHANGED, TOO_LARGE, UNSUPPORTED, INVALID, LIMITED, BUSY = 412, 413, 415, 422, 429, 503
IN_FLIGHT = "idempotency.in_flight"
TITLES = {
    400: gettext_lazy("The request cannot be read."),
    401: gettext_lazy("Who is asking?"),
    403: gettext_lazy("Not allowed."),
    404: gettext_lazy("There is no such thing."),
    405: gettext_lazy("This cannot be done here."),
    406: gettext_lazy("Answers are JSON."),
    409: gettext_lazy("Something stands in the way."),
    412: gettext_lazy("It was changed meanwhile."),
    413: gettext_lazy("Too large."),
    415: gettext_lazy("Requests are JSON."),
    422: gettext_lazy("The request does not have the right form."),
    429: gettext_lazy("Too many requests."),
    503: gettext_lazy("Busy: try again."),
}


@dataclass
class Problem(Exception):
    """The request ends here. Nothing was written."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Mapping[str, str], ...] = ()

    def body(self) -> bytes:
        """Return the problem details."""
        said: dict[str, Any] = {
            "type": "about:blank",
            "title": str(TITLES.get(self.status, "")),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            said["errors"] = self.errors
        return json.dumps(said, ensure_ascii=False).encode()


def of_refusal(refused: Refused) -> Problem:
    """Return what a room's "no" is over HTTP."""
    headers = {"Retry-After": "1"} if refused.code == IN_FLIGHT else {}
    return Problem(
        STATUS[refused.reason], refused.code, str(refused.detail), headers, **field_of(refused)
    )


def of_validation(error: ValidationError) -> Problem:
    """Say which fields are wrong and why, without repeating what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(e["type"] == "json_invalid" for e in found):
        return unreadable()
    return Problem(
        INVALID, "request.invalid", _("The request does not have the right form."),
        errors=tuple(
            {"field": ".".join(str(part) for part in e["loc"]), "code": e["type"], "detail": e["msg"]}
            for e in found
        ),
    )  # fmt: skip


def unreadable() -> Problem:
    return Problem(
        BAD_REQUEST,
        "request.unreadable",
        _("This is not JSON in UTF-8, or it holds what text cannot."),
    )


def nobody() -> Problem:
    """The caller did not say who they are, or so that we do not know them."""
    return Problem(
        UNAUTHORIZED, "token.unknown", _("Send a valid token: Authorization: Bearer txn_…"),
        {"WWW-Authenticate": 'Bearer realm="tongxin"'},
    )  # fmt: skip


def nowhere() -> Problem:
    return Problem(NOT_FOUND, "path.unknown", _("There is nothing at this address."))


def only(methods: str) -> Problem:
    return Problem(
        NOT_ALLOWED, "method.not_allowed", _("This address takes: %(methods)s.") % {"methods": methods},
        {"Allow": methods},
    )  # fmt: skip


def too_large() -> Problem:
    return Problem(TOO_LARGE, "request.too_large", _("This request is too large."))


def not_json() -> Problem:
    return Problem(UNSUPPORTED, "request.type", _("Send the body as application/json."))


def not_acceptable() -> Problem:
    return Problem(NOT_ACCEPTABLE, "answer.type", _("Answers are application/json: accept that."))


def busy() -> Problem:
    return Problem(BUSY, "busy", _("Please try again in a second."), {"Retry-After": "1"})


def changed() -> Problem:
    return Problem(CHANGED, "edit.conflict", _("It was changed since you read it: read it again."))


def broken() -> Problem:
    return Problem(500, "broken", _("Something broke on our side. It was noted."))


def nothing() -> Problem:
    return Problem(NOT_FOUND, "id.unknown", _("There is no such thing."))
