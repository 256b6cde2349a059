"""The interface of Feishu and Lark: a token that lives two hours, and one list of error codes.

https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code and, below each method, its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tongxin.sdk import Failure, Reply, Tokens, Undelivered, Web, token_in
from tongxin.sdk import translate as _

_STALE = frozenset({99991661, 99991663, 99991664, 99991668, 99991671})
_CODES: Mapping[Failure, frozenset[int]] = {
    Failure.AUTH: _STALE | {10003, 10014, 230006, 230013, 230027, 99991401, 99991672, 99991679},
    Failure.RATE: frozenset({230020, 99991400}),
    Failure.TRANSIENT: frozenset({1500, 1551, 1663, 230049}),
    Failure.INVALID_RECIPIENT: frozenset({230002, 230011, 230019, 230034, 230050, 230110, 232009}),
    Failure.BLOCKED: frozenset({230018, 230035, 230038}),
}
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_BROKEN = 500

_tokens = Tokens()


class Api:
    """One app. Its token is the same for every process that asks, so each may keep its own copy in memory."""

    def __init__(self, base: str, app_id: str, secret: str) -> None:
        if not app_id or not secret:
            raise Undelivered(Failure.AUTH, _("The app's id or secret is missing."))
        self._web = Web(base)
        self._owner = (base, app_id, secret)

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Return what a method says. Raises Undelivered, Unreachable."""
        return self._asked(lambda headers: self._web.get(path, params=params, headers=headers))

    def post(self, path: str, said: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Do something, and return what the method says. Raises Undelivered, Unreachable."""
        return self._asked(
            lambda headers: self._web.post(path, params=params, headers=headers, json=dict(said))
        )

    def _asked(self, ask: Callable[[Mapping[str, str]], Reply]) -> dict[str, Any]:
        return _checked(
            _tokens.use(
                self._owner,
                self._new_token,
                lambda token: ask({"authorization": f"Bearer {token}"}),
                lambda reply: reply.told().get("code") in _STALE,
            )
        )

    def _new_token(self) -> tuple[str, float]:
        _base, app_id, secret = self._owner
        said = {"app_id": app_id, "app_secret": secret}
        told = _checked(
            self._web.post("/open-apis/auth/v3/tenant_access_token/internal", json=said)
        )
        return token_in(told, "tenant_access_token", "expire")


def _checked(reply: Reply) -> dict[str, Any]:
    """Return an answer that is not an error. Raises Undelivered."""
    told = reply.told()
    code = told.get("code")
    if reply.is_good and code == 0:
        return told
    known = _FAILURES.get(code) if isinstance(code, int) else None
    failure = known or (Failure.CONTENT if reply.status < _BROKEN else Failure.TRANSIENT)
    raise Undelivered(failure, f"{code or reply.status} {told.get('msg') or ''}".strip())
