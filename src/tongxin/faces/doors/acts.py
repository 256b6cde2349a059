"""What all forms share: one action, and what became of it."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from tongxin.center.kit.idempotency import Answer, once
from tongxin.center.kit.ids import internal_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import seat_of

_COMMAS = re.compile("[,，、;；\n]")


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so on the next page; a refusal is said there too."""
    try:
        act()
    except Refused as refused:
        tell(request, refused)
        return False
    messages.success(request, done)
    return True


def tell(request: HttpRequest, refused: Refused) -> None:
    """Say on the next page what was refused, and by which form, so that it stands beside its field."""
    messages.error(request, str(refused.detail), extra_tags=wrong(request, refused))


def wrong(request: HttpRequest, refused: Refused) -> str:
    """Return what scripts find the field by that a refusal is about: code, form, and the field if known."""
    return f"{refused.code} {request.path} {refused.field}".strip()


def make_once(request: HttpRequest, make: Callable[[], str]) -> str | None:
    """Make a new thing by a form that may come twice; None where it was made by the first.

    What is made is not kept with the form's key: it may be a secret.
    """
    made: list[str] = []

    def run() -> Answer:
        made.append(make())
        return Answer(200, b"")

    scope = f"{seat_of(request).actor.label} form {request.path}"[:200]
    once(scope=scope, key=request.POST.get("form_key") or str(uuid4()), request=b"", run=run)
    return made[0] if made else None


def form_key() -> str:
    """Return a key for a form that makes a new thing."""
    return str(uuid4())


def number(prefix: str, text: str) -> int:
    """Return the number behind a public id in an address or a form; raise Http404."""
    try:
        return internal_id(prefix, text)
    except ValueError:
        raise Http404 from None


def words_in(text: str) -> list[str]:
    """Return the words of a field that holds several, with commas (of either language) between."""
    return [word.strip() for word in _COMMAS.split(text) if word.strip()]


def made_before() -> str:
    return _("That was made already, by the same form.")
