"""Sessions in the database, read without the ORM: every page begins with it."""

from typing import Any

from django.contrib.sessions.backends import db

from tongxin.center.kit.sql import rows

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
