"""DingTalk's two interfaces, the new and the old, and its webhooks: one token, and one list of error codes.

https://open.dingtalk.com/document/orgapp/server-api-error-codes-1 and .../custom-robot-access
"""

import base64
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from tongxin.sdk import Failure, Reply, Tokens, Undelivered, Web, token_in
from tongxin.sdk import translate as _

_NEW, _OLD = "https://api.dingtalk.com", "https://oapi.dingtalk.com"
_STALE = frozenset({"InvalidAuthentication", "40014", "42001"})
_CODES: Mapping[Failure, frozenset[str]] = {
    Failure.AUTH: _STALE | {
        "invalidClientIdOrSecret", "88", "60011", "310000", "300001", "300005", "400101", "invalidParameter.invalid",
        "invalidParameter.robotCode.auth", "invalidParameter.robotCode.empty", "invalidParameter.robotCode.invalid",
        "invalidParameter.robotCode.missing", "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    },
    Failure.RATE: frozenset({"130101", "410100", "90018", "90002", "Throttling.Api", "Throttling.User"}),
    Failure.TRANSIENT: frozenset({"-1", "ServiceUnavailable", "UnknownError", "system.error", "systemError"}),
    Failure.INVALID_RECIPIENT: frozenset(
        {"400013", "invalid.openConversationId", "openConversationId.notExisted", "invalidParameter.robotCode.notExsit"}
    ),
    Failure.BLOCKED: frozenset({"400102", "bot.stopped", "template.stopped"}),
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_OF_STATUS = {401: Failure.AUTH, 403: Failure.AUTH, 429: Failure.RATE}
_BROKEN = 500

_tokens = Tokens()


class Api:
    """One app. Its token is the same for every process that asks, so each may keep its own copy in memory."""

    def __init__(self, base: str, key: str, secret: str) -> None:
        if not key or not secret:
            raise Undelivered(Failure.AUTH, _("The app's Client ID or Client Secret is missing."))
        self._new, self._old = Web(base or _NEW), Web(base or _OLD)
        self._owner = (base, key, secret)

    def post(self, path: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a method of the new interface says. Raises Undelivered, Unreachable."""
        return self._asked(
            lambda token: self._new.post(
                path, json=dict(said), headers={"x-acs-dingtalk-access-token": token}
            )
        )

    def post_old(self, path: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a method of the old interface says. Raises Undelivered, Unreachable."""
        return self._asked(
            lambda token: self._old.post(path, json=dict(said), params={"access_token": token})
        )

    def token(self) -> str:
        """Return a token: DingTalk knows the app and its secret. Raises Undelivered, Unreachable."""
        return _tokens.get(self._owner, self._new_token)

    def _asked(self, ask: Callable[[str], Reply]) -> dict[str, Any]:
        return _checked(
            _tokens.use(self._owner, self._new_token, ask, lambda reply: _code(reply) in _STALE)
        )

    def _new_token(self) -> tuple[str, float]:
        _base, key, secret = self._owner
        said = {"appKey": key, "appSecret": secret}
        told = _checked(self._new.post("/v1.0/oauth2/accessToken", json=said))
        return token_in(told, "accessToken", "expireIn")


def post_by_webhook(address: str, secret: str, said: Mapping[str, Any]) -> None:
    """Say something by a group's own robot, signed where it has a secret. Raises Undelivered, Unreachable."""
    at = str(int(time.time() * 1000))
    signed = urlencode({"timestamp": at, "sign": signature(secret, at)}) if secret else ""
    _checked(Web("").post("&".join(filter(None, (address, signed))), json=dict(said)))


def signature(secret: str, at: str) -> str:
    """Return how DingTalk signs to us, and wants a webhook to be signed: the time alone, by the secret."""
    said = f"{at}\n{secret}".encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(secret.encode(), said, "sha256")).decode()


def _checked(reply: Reply) -> dict[str, Any]:
    """Return an answer that is not an error. Raises Undelivered."""
    code, told = _code(reply), reply.told()
    if reply.is_good and not code:
        return told
    usual = Failure.CONTENT if reply.status < _BROKEN else Failure.TRANSIENT
    failure = _FAILURES.get(code) or _OF_STATUS.get(reply.status, usual)
    said = told.get("message") or told.get("errmsg") or ""
    raise Undelivered(failure, f"{code or reply.status} {said}".strip())


def _code(reply: Reply) -> str:
    """Return the error, as either interface names it; "" for none."""
    told = reply.told()
    code = told.get("code") or told.get("errcode")
    return str(code) if isinstance(code, int | str) and code else ""
