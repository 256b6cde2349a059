"""Answers for pages of any origin: the widget lives on the company's own site."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.problems import problem, problem_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_REMEMBERED = "86400"


def from_anywhere(method: str, *headers: str) -> Callable[[View[P]], View[P]]:
    """Serve ``method`` to any origin, answer its preflight; a refusal is readable there too.

    No cookie is read or sent: who asks is told by the headers named.
    """

    def decorate(view: View[P]) -> View[P]:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = _answer(view, method, request, *args, **kwargs)
            response["Access-Control-Allow-Origin"] = "*"
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS":
                response["Access-Control-Allow-Methods"] = method
                response["Access-Control-Allow-Headers"] = ", ".join(headers)
                response["Access-Control-Max-Age"] = _REMEMBERED
            return response

        return wrapped

    return decorate


def asked_language(request: HttpRequest) -> str:
    """Return the language of ``?language=``, else of the request."""
    asked = request.GET.get("language", "").lower()
    if not asked:
        return translation.get_language() or "en"
    return "zh-hans" if asked.startswith("zh") else "en"


def _answer(
    view: View[P], method: str, request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method != method and not (method == "GET" and request.method == "HEAD"):
        response = problem(405, "request.method", f"{method} only")
        response["Allow"] = f"{method}, OPTIONS"
        return response
    with translation.override(asked_language(request)):
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return problem_of(refused)
