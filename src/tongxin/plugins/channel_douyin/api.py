"""The open platform's interface: a token that lives some hours or days, and one list of error codes.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/account-permission/client-token
"""

from collections.abc import Callable, Mapping
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

_tokens = Tokens()


class Api:
    """One app, and where somebody granted it, their account.

    Without a refresh token the app speaks for itself, as mini programs do. A new token of an app ends the one
    before within five minutes: whoever is told that theirs is stale fetches another once.
    """

    def __init__(self, base: str, key: str, secret: str, refresh: str) -> None:
        if not key or not secret:
            raise Undelivered(Failure.AUTH, "the app's client key or secret is missing")
        self._web = Web(base)
        self._key, self._secret, self._refresh = key, secret, refresh
        self._owner = (base, key, secret, refresh)

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
        told = checked(self._granted() if self._refresh else self._own())
        return token_in(told, "access_token", "expires_in")

    def _own(self) -> Reply:
        said = {"grant_type": "client_credential", "client_key": self._key}
        return self._web.post("/oauth/client_token/", json={**said, "client_secret": self._secret})

    def _granted(self) -> Reply:
        form = {"client_key": self._key, "grant_type": "refresh_token"}
        form["refresh_token"] = self._refresh
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
