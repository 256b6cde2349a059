"""The open platform's interface: a token that lives some hours or days, and one list of error codes.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/account-permission/client-token
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tongxin.sdk import (
    LARGEST_FILE,
    Failure,
    Reply,
    Tokens,
    Undelivered,
    Unreachable,
    Web,
    missing,
    token_in,
)

_DOWNLOADING = 60.0
_STALE = frozenset({28001003, 28001008, 2190002, 2190008, 10008})
_CODES: Mapping[Failure, frozenset[int]] = {
    Failure.AUTH: frozenset(
        {10004, 10008, 10010, 10013, 28001003, 28001008, 28001012, 28001015, 28001018, 28001019, 2100007, 2190002,
         2190003, 2190004, 2190008, 2190015}
    ),
    Failure.RATE: frozenset({10020}),
    Failure.QUOTA: frozenset({28003017, 2190001}),
    Failure.BLOCKED: frozenset({2100009}),
    Failure.WINDOW_CLOSED: frozenset({28003082}),
    Failure.TRANSIENT: frozenset({28001005, 28001006, 28029014, 2100001, 2100004, 2119002, 5000001}),
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_PAUSE = 60.0  # seconds that the platform wants to be left alone once it was asked too often

_SOON = 16 * 86_400.0  # seconds: an access token lives 15 days, so each new one is a chance to look

log = logging.getLogger(__name__)
_tokens = Tokens()


@dataclass(frozen=True)
class Grant:
    """What a business account granted the app: a refresh token that lives 30 days, and how a newer one is kept.

    Where it could not be kept, none is asked for: the one we have may end with it.
    """

    token: str
    keep: Callable[[Callable[[str], str]], object] | None = None


class Api:
    """One app, and where somebody granted it, their account.

    Without a refresh token the app speaks for itself, as mini programs do. A new token of an app ends the one
    before within five minutes: whoever is told that theirs is stale fetches another once.
    """

    def __init__(self, base: str, key: str, secret: str, grant: Grant) -> None:
        if not key or not secret:
            raise Undelivered(Failure.AUTH, "the app's client key or secret is missing")
        self._web = Web(base)
        self._key, self._secret, self._grant = key, secret, grant
        self._owner = (base, key, secret, grant.token)

    def call(
        self, path: str, said: Mapping[str, Any] | None = None, **params: str
    ) -> dict[str, Any]:
        """Return what a method says. Raises Undelivered and Unreachable."""
        return self._with_token(lambda token: self._ask(path, said, params, token))

    def download(self, address: str, owner: str) -> Reply:
        """Return a file of somebody's, from where ``call`` said that it lies."""
        headers = {"access-token": self._token(), "openid": owner}
        reply = self._web.get(address, headers=headers, most=LARGEST_FILE, seconds=_DOWNLOADING)
        if reply.status in {400, 401, 403, 404, 410}:
            raise missing()
        if not reply.is_good:
            raise Unreachable(f"status {reply.status}")
        return reply

    def try_out(self) -> None:
        """Get a token, even where one is kept. Raises Undelivered and Unreachable."""
        _tokens.forget(self._owner)
        self._token()

    def _ask(
        self, path: str, said: Mapping[str, Any] | None, params: Mapping[str, str], token: str
    ) -> Reply:
        headers = {"access-token": token}
        if said is None:
            return self._web.get(path, params=params, headers=headers)
        return self._web.post(path, params=params, headers=headers, json=dict(said))

    def _with_token(self, ask: Callable[[str], Reply]) -> dict[str, Any]:
        return checked(_tokens.use(self._owner, self._new_token, ask, _is_stale))

    def _token(self) -> str:
        return _tokens.get(self._owner, self._new_token)

    def _new_token(self) -> tuple[str, float]:
        if not self._grant.token:
            return token_in(checked(self._own()), "access_token", "expires_in")
        told = checked(self._granted())
        token = token_in(told, "access_token", "expires_in")
        if _seconds(told.get("refresh_expires_in")) < _SOON:
            self._prolong()
        return token

    def _prolong(self) -> None:
        """Get a newer refresh token, which Douyin gives five times; where it does not, the one we have goes on."""
        try:
            if self._grant.keep:
                self._grant.keep(self._newer)
        except (Undelivered, Unreachable) as refused:
            log.warning("the grant of %s could not be prolonged: %s", self._key, refused)

    def _newer(self, kept: str) -> str:
        if kept != self._grant.token:
            return kept  # somebody entered or got another meanwhile
        form = {"client_key": self._key, "refresh_token": kept}
        told = checked(self._web.post("/oauth/renew_refresh_token/", form=form))
        return token_in(told, "refresh_token", "expires_in")[0]

    def _own(self) -> Reply:
        said = {"grant_type": "client_credential", "client_key": self._key}
        return self._web.post("/oauth/client_token/", json={**said, "client_secret": self._secret})

    def _granted(self) -> Reply:
        form = {"client_key": self._key, "grant_type": "refresh_token"}
        form["refresh_token"] = self._grant.token
        return self._web.post("/oauth/refresh_token/", form=form)


def checked(reply: Reply) -> dict[str, Any]:
    """Return an answer's data where it is not an error. Raises Undelivered."""
    told = reply.told()
    code = _code(told)
    data = told.get("data")
    if reply.is_good and code == 0:
        return data if isinstance(data, dict) else {}
    said = told.get("err_msg") or (data.get("description") if isinstance(data, dict) else "")
    failure = _FAILURES.get(code, Failure.CONTENT if code > 0 else Failure.TRANSIENT)
    detail = f"{code or reply.status} {said or ''}".strip()
    raise Undelivered(failure, detail, _PAUSE if failure is Failure.RATE else 0.0)


def _seconds(given: object) -> float:
    """Return for how long something lives, as far as that was said; else for ever."""
    said = str(given or "")
    return float(said[:9]) if said.isascii() and said.isdecimal() else float("inf")


def _is_stale(reply: Reply) -> bool:
    return _code(reply.told()) in _STALE


def _code(told: Mapping[str, Any]) -> int:
    """Return the error, wherever this method puts it; 0 for none, -1 for one that is no number."""
    for part in (told, told.get("data"), told.get("extra")):
        for name in ("err_no", "error_code"):
            code = part.get(name) if isinstance(part, dict) else 0
            if code:
                return code if isinstance(code, int) else -1
    return 0
