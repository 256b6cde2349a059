"""What Meta's channels share: signed webhooks, and the Graph API.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

import hmac
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tongxin.sdk import (
    LARGEST_FILE,
    Answer,
    Attachment,
    Call,
    Channel,
    Enclosure,
    Failure,
    Reply,
    Undelivered,
    Unreachable,
    Web,
    check_same,
    missing,
)

BASE = "https://graph.facebook.com"
VERSION = "v23.0"
_UPLOADING = 60.0

Judge = Callable[[int, int], Failure]


class Meta(Channel):
    """A webhook as Meta signs it."""

    judge: ClassVar[Judge]  # what an error's code and subcode mean

    def verify(self, call: Call) -> None:
        """Meta shows our token where it tries the address, and signs everything else by the app's secret."""
        if call.method == "GET":
            check_same(self.of("verify_token"), call.query.get("hub.verify_token", ""))
            return
        secret = self.of("app_secret")
        right = hmac.new(secret.encode(), call.body, "sha256").hexdigest() if secret else ""
        check_same(right and f"sha256={right}", call.headers.get("x-hub-signature-256", ""))

    def handshake(self, call: Call) -> Answer | None:
        """Say back what Meta says."""
        said = call.query.get("hub.challenge", "")
        return Answer(said.encode("utf-8", "replace")) if call.method == "GET" and said else None

    def graph(self) -> "Graph":
        """Return the interface. Raises Undelivered where settings are missing."""
        token, secret = self.of("token"), self.of("app_secret")
        if not token or not secret:
            raise Undelivered(Failure.AUTH, "the access token or the app's secret is missing")
        return Graph(self.of("api_base") or BASE, token, secret, type(self).judge)


class Graph:
    """The Graph API with one token, which is proved to be in the app's own hands."""

    def __init__(self, base: str, token: str, secret: str, judge: Judge) -> None:
        self._bearer = {"authorization": f"Bearer {token}"}
        self._proof = {
            "appsecret_proof": hmac.new(secret.encode(), token.encode(), "sha256").hexdigest()
        }
        self._web = Web(f"{base.rstrip('/')}/{VERSION}", self._bearer)
        self._judge = judge

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Ask. Raises Undelivered and Unreachable."""
        return self._told(self._web.get(path, params={**self._proof, **params}))

    def post(self, path: str, said: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Tell."""
        return self._told(self._web.post(path, params={**self._proof, **params}, json=dict(said)))

    def upload(self, path: str, field: str, file: Enclosure, **form: str) -> dict[str, Any]:
        """Bring a file."""
        files = {field: (file.name, file.read(), file.kind or "application/octet-stream")}
        reply = self._web.post(path, params=self._proof, form=form, files=files, seconds=_UPLOADING)
        return self._told(reply)

    def file(self, address: str, kind: str = "", *, is_ours: bool = True) -> Attachment:
        """Return a file from where Meta keeps it; our own with our token. Raises Undelivered and Unreachable."""
        headers = self._bearer if is_ours else {}
        reply = self._web.get(address, headers=headers, seconds=_UPLOADING, most=LARGEST_FILE)
        if reply.status in {401, 403, 404, 410}:
            raise missing()
        if not reply.is_good:
            raise Unreachable(f"status {reply.status}")
        name = urlsplit(address).path.rpartition("/")[2] or "file"
        return Attachment(name, kind or reply.headers.get("content-type", ""), reply.body)

    def _told(self, reply: Reply) -> dict[str, Any]:
        told = reply.told()
        error = told.get("error")
        if not isinstance(error, dict):
            if reply.is_good:
                return told
            raise Unreachable(f"status {reply.status}")
        code, subcode = (_number(error.get(name)) for name in ("code", "error_subcode"))
        failure = self._judge(code, subcode)
        raise Undelivered(failure, f"{code} {_words(error)}".strip(), _pause(failure))


def _number(said: object) -> int:
    return said if isinstance(said, int) else 0


def _words(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    return str(details or error.get("error_user_msg") or error.get("message") or "")


def _pause(failure: Failure) -> float:
    return 10.0 if failure is Failure.RATE else 0.0
