"""Sessions and who is behind them, read without the ORM: every page begins with it."""

from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends import db
from django.core import signing
from django.core.signing import JSONSerializer

from tongxin.center.accounts.queries import Behind, account, behind

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# Who was read together with the session: Django asks for them next, and gives no request along.
_READ: ContextVar["AbstractBaseUser | None"] = ContextVar("tongxin_read", default=None)


class SessionStore(db.SessionStore):
    """Django's own, with a quicker look: who is behind the session is read with it."""

    behind: Behind | None = None

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and no session, where it has ended."""
        self.behind = behind(session_key=self.session_key or "")
        _READ.set(self.behind.account if self.behind else None)
        if self.behind is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(self.behind.data)
        return data

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return what a session holds; nothing, where it was not signed by us."""
        try:
            held: dict[str, Any] = orjson.loads(_signed(session_data, self.key_salt))
        except (signing.BadSignature, ValueError):
            held = super().decode(session_data)  # says so in the log
        return held


class _AsItIs(JSONSerializer):
    """What was signed, unread."""

    def loads(self, data: bytes) -> bytes:
        return data


@lru_cache(maxsize=4096)
def _signed(session_data: bytes | str, salt: str) -> bytes:
    """Return what was signed: a browser comes with the same session all day. Raises BadSignature."""
    text: bytes = signing.loads(str(session_data), salt=salt, serializer=_AsItIs)
    return text


class Accounts(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's own, with a quicker look at who is logged in."""

    def get_user(self, user_id: int) -> "AbstractBaseUser | None":
        """Return the account; none where there is none, or where it is switched off."""
        read = _READ.get()
        _READ.set(None)  # once: whoever asks again wants to know anew
        found = read if read and read.pk == user_id else account(user_id=user_id)
        return found if found and self.user_can_authenticate(found) else None


class Vouched(BaseBackend):
    """Who came in by a connection. That it is this one stands in the session beside who it is.

    It lets nobody in by itself: the doors of ``sso`` begin its sessions.
    """

    def get_user(self, user_id: int) -> Any:  # noqa: ANN401 - as Accounts has it
        """Return the account; none where there is none, or where it is switched off."""
        return Accounts().get_user(user_id)
