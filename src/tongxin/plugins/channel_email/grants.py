"""Leave to use a mailbox that a provider gave us: a refresh token, which gets access tokens that live an hour.

OAuth 2, RFC 6749, section 6. Access tokens stay in this process; a changed refresh token is kept sealed.
"""

from collections.abc import Mapping
from typing import Any

from tongxin.sdk import Channel, Failure, Reply, Tokens, Undelivered, Unreachable, Web
from tongxin.sdk import translate as _

ENDPOINTS = {
    "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    "google": "https://oauth2.googleapis.com/token",
}
_HOUR = 3600.0
_LONGEST_WORDS = 200
_OUR_FAULT, _TOO_OFTEN = frozenset(range(400, 500)), 429
_LATER = frozenset({"temporarily_unavailable", "server_error", "slow_down"})

_tokens = Tokens()


class Grant:
    """What a provider lets us do with one mailbox."""

    def __init__(self, channel: Channel, user: str) -> None:
        self._channel = channel
        keeper = channel.keeper.key if channel.keeper else ""
        named = (self._endpoint(), self._of("client_id"), self._of("client_secret"))
        self._owner = (keeper, user, *named)

    def token(self) -> str:
        """Return an access token that is good for minutes yet. Raises Undelivered and Unreachable."""
        return _tokens.get(self._owner, self._fetch)

    def forget(self) -> None:
        """Let the access token go: it is refused."""
        _tokens.forget(self._owner)

    def _fetch(self) -> tuple[str, float]:
        told: dict[str, Any] = {}

        def change(kept: str) -> str:
            told.update(self._ask(kept))
            return str(told.get("refresh_token") or kept)

        self._channel.renew("refresh_token", change)
        return str(told["access_token"]), _seconds(told.get("expires_in"))

    def _ask(self, refresh_token: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "refresh_token", "refresh_token": refresh_token,
            "client_id": self._of("client_id"), "client_secret": self._of("client_secret"),
            "scope": self._of("scope"),
        }  # fmt: skip
        if not (self._endpoint() and form["client_id"] and refresh_token):
            missing = _("the token endpoint, the client ID or the refresh token is missing")
            raise Undelivered(Failure.AUTH, str(missing))
        given = {name: value for name, value in form.items() if value}
        return _told(Web("").post(self._endpoint(), form=given))

    def _endpoint(self) -> str:
        return self._of("token_endpoint") or ENDPOINTS.get(self._of("log_in"), "")

    def _of(self, name: str) -> str:
        return str(self._channel.settings.get(name) or "").strip()


def again(why: str) -> Undelivered:
    """Return that a provider no longer lets us in, and what to do about it."""
    said = _("Log in again at your provider and enter the new refresh token here. It says: {why}")
    return Undelivered(Failure.AUTH, str(said).format(why=why[:_LONGEST_WORDS]))


def _told(reply: Reply) -> Mapping[str, Any]:
    """Return an endpoint's answer (RFC 6749, section 5). Raises Undelivered and Unreachable."""
    if reply.status == _TOO_OFTEN:
        raise Undelivered(Failure.RATE, "the token endpoint was asked too often")
    if not reply.is_good and reply.status not in _OUR_FAULT:
        raise Unreachable(f"the token endpoint answers with status {reply.status}")
    told = reply.told()
    error = str(told.get("error") or "")
    if error in _LATER:
        raise Unreachable(f"the token endpoint says {error}")
    if not reply.is_good or not isinstance(told.get("access_token"), str):
        words = str(told.get("error_description") or "").partition("\r\n")[0]
        raise again(f"{error} {words}".strip() or f"status {reply.status}")
    return told


def _seconds(said: object) -> float:
    """Return for how long a token lives; some say it as a text."""
    try:
        return max(float(str(said)), 0.0)
    except ValueError:
        return _HOUR
