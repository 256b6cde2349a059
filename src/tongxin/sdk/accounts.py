"""Accounts at Twilio, and at those who took its ways over: forms signed by a token, an interface, files."""

import base64
import hmac
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from tongxin.center.kit.web import LARGEST_FILE, Reply, Web
from tongxin.sdk.hearing import check_same, malformed
from tongxin.sdk.saying import Undelivered, asking
from tongxin.service.channels.ports import Call, Failure

BASE = "https://api.twilio.com"
_MOST_FIELDS, _BAD = 200, 400
_ELSEWHERE = frozenset({301, 302, 307})
_OF_STATUS = {401: Failure.AUTH, 403: Failure.AUTH, 404: Failure.AUTH, 429: Failure.RATE}


def form_of(body: bytes) -> Mapping[str, str]:
    """Return a form; of repeated fields the last. Raises Refused (``hook.malformed``)."""
    return {name: values[-1] for name, values in _form(body).items()}


class Account:
    """An account at Twilio, or at a service that took its ways over: its signature, its interface, its files.

    ``settings`` hold ``account_sid``, ``auth_token`` and maybe ``api_base``; ``failures`` are its codes in our words.
    """

    def __init__(self, settings: Mapping[str, Any], failures: Mapping[int, Failure]) -> None:
        self._settings = settings
        self._failures = failures

    def check_signed(self, call: Call) -> None:
        """Raise Refused (``hook.forged``) unless the account's token signed the address and the form."""
        token, shown = self.of("auth_token"), call.headers.get("x-twilio-signature", "")
        urls = _urls(call.url) if token else ()
        right = [self.signature(url, call.body) for url in urls]
        check_same(next((one for one in right if one == shown), right[0] if right else ""), shown)

    def signature(self, url: str, body: bytes) -> str:
        """Return what the account's token signs an address and a form by."""
        said = f"{url}{''.join(_signed(body))}".encode("utf-8", "replace")
        return base64.b64encode(hmac.digest(self.of("auth_token").encode(), said, "sha1")).decode()

    def get(self, below: str) -> Mapping[str, Any]:
        """Ask for something of the account. Raises Undelivered, Unreachable."""
        return self._told(self._web().get(f"{self._path()}{below}"))

    def post(self, below: str, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make something of the account's. Raises Undelivered, Unreachable."""
        return self._told(self._web().post(f"{self._path()}{below}", form=form))

    def name(self) -> str:
        """Return what the account is called. Raises Refused (``inbox.*``)."""
        with asking():
            return str(self.get(".json").get("friendly_name") or "")

    def file(self, reference: str) -> Reply:
        """Fetch a file with the account's token; it may lead on to where the file lies. Raises Unreachable."""
        headers = self._login() if self._is_own(reference) else {}
        reply = self._web().get(reference, headers=headers, most=LARGEST_FILE, seconds=60)
        if reply.status not in _ELSEWHERE:
            return reply
        return self._web().get(reply.headers.get("location", ""), most=LARGEST_FILE, seconds=60)

    def of(self, name: str) -> str:
        """Return a setting."""
        return str(self._settings.get(name) or "").strip()

    def _web(self) -> Web:
        return Web(self.of("api_base") or BASE, self._login())

    def _login(self) -> dict[str, str]:
        pair = f"{self.of('account_sid')}:{self.of('auth_token')}".encode()
        return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def _is_own(self, address: str) -> bool:
        """Whether our token may be shown there."""
        host = urlsplit(address).hostname or ""
        own = urlsplit(self.of("api_base") or BASE).hostname
        return host == own or (address.startswith("https://") and host.endswith(".twilio.com"))

    def _path(self) -> str:
        if not (sid := self.of("account_sid")).isalnum() or not self.of("auth_token"):
            raise Undelivered(Failure.AUTH, "the account's SID or token is missing")
        return f"/2010-04-01/Accounts/{sid}"

    def _told(self, reply: Reply) -> Mapping[str, Any]:
        told = reply.told()
        if reply.is_good:
            return told
        code = told.get("code")
        failure = self._failures.get(code) if isinstance(code, int) else None
        usual = Failure.CONTENT if reply.status == _BAD else Failure.TRANSIENT
        failure = failure or _OF_STATUS.get(reply.status, usual)
        raise Undelivered(failure, f"{code or reply.status} {told.get('message') or ''}".strip())


def _form(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise malformed() from None


def _signed(body: bytes) -> Iterator[str]:
    try:
        form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return
    for name, values in sorted(form.items()):
        yield from (f"{name}{value}" for value in sorted(set(values)))


def _urls(url: str) -> Iterator[str]:
    """Return the address as it came, and as its caller knew it in front of a proxy: by https, with a port or not."""
    parts = urlsplit(url)
    host = parts.netloc.partition(":")[0]
    yield url
    for netloc in (parts.netloc, host, f"{host}:443"):
        yield urlunsplit(("https", netloc, parts.path, parts.query, ""))
