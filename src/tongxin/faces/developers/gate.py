"""Machines go straight to their door: no session, no form token, none of what pages need."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tongxin.faces.developers import hooks, outposts
from tongxin.faces.developers.rest import service
from tongxin.faces.developers.rest.calls import PREFIX

Next = Callable[[HttpRequest], HttpResponse]
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
}


class ApiGate:
    """The first middleware: what is not for machines goes on to the others."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(PREFIX + "/") or path in (PREFIX, "/api", "/api/"):
            response = service.answer(request)
        elif path.startswith(hooks.PREFIX):
            response = hooks.answer(request)
        elif path.startswith(outposts.PREFIX):
            response = outposts.answer(request)
        else:
            return self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response
