"""Pages and API under WSGI (granian)."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
_django = get_wsgi_application()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as Django does; what is whole goes out at once, as the server asks for each piece of the rest."""
    response = _django(environ, start_response)
    if not isinstance(response, HttpResponse):
        return response
    response.close()
    return [response.content]
