"""Sessions and who is behind them, read without the ORM: every page begins with it."""

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends import db

from tongxin.center.accounts.queries import account
from tongxin.center.kit.sql import rows

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_LIVE = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"


class SessionStore(db.SessionStore):
    """Django's own, with a quicker look."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and no session, where it has ended."""
        found = rows(_LIVE, [self.session_key])
        if not found:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(found[0][0])
        return data


class Accounts(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's own, with a quicker look at who is logged in."""

    def get_user(self, user_id: int) -> "AbstractBaseUser | None":
        """Return the account; none where there is none, or where it is switched off."""
        found = account(user_id=user_id)
        return found if found and self.user_can_authenticate(found) else None


class Vouched(BaseBackend):
    """Who came in by a connection. That it is this one stands in the session beside who it is.

    It lets nobody in by itself: the doors of ``sso`` begin its sessions.
    """

    def get_user(self, user_id: int) -> Any:  # noqa: ANN401 - as Accounts has it
        """Return the account; none where there is none, or where it is switched off."""
        return Accounts().get_user(user_id)
