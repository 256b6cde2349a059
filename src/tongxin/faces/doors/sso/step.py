"""The second step of a log-in whose provider does not do it, where the member's role asks for one."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tongxin.center.accounts.actions import note_second_step
from tongxin.faces.doors.actors import LOG_IN, is_bound, maybe_seat
from tongxin.faces.doors.pages import render

_LEADS_TO = "sso_leads_to"


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for six digits, a recovery code or a passkey of the account's own."""
    seat = maybe_seat(request)
    if seat is None or not is_bound(request):
        return redirect("account_login")
    leads_to = str(request.session.get(_LEADS_TO) or "/desk/")
    if not seat.lacks_second_step:
        return redirect(leads_to)
    has = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    by_passkey = "credential" in request.POST
    form = _form(request, by_passkey=by_passkey)
    if request.method == "POST" and has and form.is_valid():
        (form.cleaned_data["credential"] if by_passkey else form.authenticator).record_usage()
        note_second_step(log_in_id=request.session[LOG_IN])
        return redirect(leads_to)
    options = auth.begin_authentication(request.user) if "webauthn" in has else None
    values = {
        "form": AuthenticateForm(user=request.user) if by_passkey else form, "has": has,
        "failed": by_passkey, "js_data": options,
    }  # fmt: skip
    return render(request, "doors/sso/step.html", values)


def remember(request: HttpRequest, leads_to: str) -> None:
    """Remember where a log-in leads when its second step is done."""
    request.session[_LEADS_TO] = leads_to


def _form(request: HttpRequest, *, by_passkey: bool) -> Any:  # noqa: ANN401 - allauth is untyped
    kind = AuthenticateWebAuthnForm if by_passkey else AuthenticateForm
    return kind(request.POST or None, user=request.user)
