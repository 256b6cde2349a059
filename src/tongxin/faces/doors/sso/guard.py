"""What a session that came in by a connection does not open: the account behind it.

The account is one for all workspaces; a workspace's own provider vouches for that workspace alone.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongxin.faces.doors.accidents import answer
from tongxin.faces.doors.actors import is_bound

_ACCOUNT = "/account/"
_OPEN = {
    "account_login", "account_logout", "doors:sessions", "doors:sso", "doors:sso_step", "doors:sso_begin",
    "doors:sso_back", "doors:sso_acs", "doors:sso_metadata",
}  # fmt: skip


class Bounds:
    """Refuses every page of the account in such a session, those unknown to us as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], *_given: object
    ) -> HttpResponse | None:
        named = request.resolver_match.view_name if request.resolver_match else ""
        if not request.path_info.startswith(_ACCOUNT) or named in _OPEN or not is_bound(request):
            return None
        detail = _("You came in by your company's log-in: password, second step and other sessions are not "
                   "changed here. Log in with your password for that.")  # fmt: skip
        return answer(request, 403, "sso.bound", detail)
