"""One request on its way through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

PREFIX = "/api/v1"
JSON = "application/json"


@dataclass
class Call:
    """A request, when it came, and the headers that its answer will carry."""

    request: HttpRequest
    now: datetime
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def meta(self) -> Mapping[str, Any]:
        return self.request.META

    @property
    def method(self) -> str:
        method = self.request.method or ""
        return "GET" if method == "HEAD" else method

    @property
    def path(self) -> str:
        return self.request.path_info[len(PREFIX) :]


def answered(body: bytes, status: int = 200, content_type: str = JSON) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=content_type)
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - a refusal is no news for our log
    return response
