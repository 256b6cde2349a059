"""Ask services that we are connected to: connections are kept, nothing is followed, nothing is without end.

As in ``outgoing``, never into our own network, and by https, except where ``TRUSTS_OWN_NETWORK``; the address
that is looked at is the one that is connected to. No cookies, no proxy, no passwords of this machine.
"""

import atexit
import json
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

from tongxin.center.kit.outgoing import Unreachable, open_address, secure

PATIENCE = 10.0  # seconds for a whole answer, where nobody says otherwise
LARGEST = 4 * 1024 * 1024  # bytes of an answer
LARGEST_FILE = 50 * 1024 * 1024
_CONNECTING = 5.0
_SLOWEST = 256 * 1024  # bytes in a second: what is sent may take longer by as much

_until: ContextVar[float] = ContextVar("until")


class Said(TypedDict, total=False):
    """What a request carries: at most one of json, form (with files or without) and body."""

    params: Mapping[str, str | int]
    headers: Mapping[str, str]
    json: Any
    form: Mapping[str, Any]
    files: Mapping[str, tuple[str, bytes, str]]  # field: name, content, MIME type
    body: bytes
    seconds: float
    most: int  # bytes of the answer


@dataclass(frozen=True)
class Reply:
    """What a service answered. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - as HTTP says it

    def json(self) -> Any:  # noqa: ANN401 - whatever the service says
        """Return what the body says. Raises Unreachable where it is no JSON: it was not the service."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Unreachable(f"no JSON, but status {self.status}") from None

    def told(self) -> dict[str, Any]:
        """Return the object that the body says. Raises Unreachable where it is none."""
        if not isinstance(said := self.json(), dict):
            raise Unreachable("not an object")
        return said


class Web:
    """A service by its base address. ``headers`` go with every request."""

    def __init__(self, base: str, headers: Mapping[str, str] | None = None) -> None:
        self.base = base.rstrip("/")
        self._headers = dict(headers or {})

    def get(self, path: str, **said: Unpack[Said]) -> Reply:
        """Fetch. Raises Unreachable."""
        return self.ask("GET", path, **said)

    def post(self, path: str, **said: Unpack[Said]) -> Reply:
        """Send. Raises Unreachable."""
        return self.ask("POST", path, **said)

    def ask(self, method: str, path: str, **said: Unpack[Said]) -> Reply:
        """Ask below the base, or at a whole address (without our headers). Raises Unreachable."""
        is_whole = path.startswith(("https://", "http://"))
        url = path if is_whole else f"{self.base}{path}"
        headers = {} if is_whole else self._headers
        try:
            _look_at(url)
            request = _request(method, url, headers, said)
            seconds = said.get("seconds", PATIENCE)
            return _answered(request, seconds, said.get("most", LARGEST))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError) as failure:
            raise Unreachable(str(failure) or type(failure).__name__) from failure


def _look_at(url: str) -> None:
    parts = urlsplit(url)
    allowed = ("https", "http") if settings.TRUSTS_OWN_NETWORK else ("https",)
    if parts.scheme not in allowed or not parts.hostname or parts.username is not None:
        raise Unreachable("the address does not begin with https://")


def _request(method: str, url: str, headers: Mapping[str, str], said: Said) -> httpx.Request:
    body = said.get("body")
    if "json" in said:
        body = json.dumps(said["json"], ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"content-type": "application/json", **headers}
    return httpx.Request(
        method,
        url,
        params=said.get("params"),
        headers={"user-agent": "tongxin", **headers, **said.get("headers", {})},
        content=body,
        data=said.get("form"),
        files=said.get("files"),
    )


def _answered(request: httpx.Request, seconds: float, most: int) -> Reply:
    size = int(request.headers.get("content-length", 0))
    until = time.monotonic() + seconds + size / _SLOWEST
    limits = {"connect": _CONNECTING, "read": seconds, "write": seconds, "pool": seconds}
    request.extensions["timeout"] = limits
    token = _until.set(until)
    try:
        response = _transport().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - for the type checker
        with closing(response.stream):
            response.request = request
            body = _read(response.iter_bytes(), most)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, headers, body)
    finally:
        _until.reset(token)


def _read(pieces: Iterable[bytes], most: int) -> bytes:
    read = bytearray()
    for piece in pieces:  # unpacked already: a small answer may be a large one in disguise
        read += piece
        if len(read) > most:
            raise Unreachable("the answer is too long")
    return bytes(read)


@cache
def _transport() -> httpx.HTTPTransport:
    """Return the one pool of this process; it is safe in many threads."""
    made = httpx.HTTPTransport(verify=secure(), trust_env=False)
    made._pool = httpcore.ConnectionPool(  # noqa: SLF001 - httpx offers no other way to say who connects
        ssl_context=secure(),
        max_connections=200,
        max_keepalive_connections=50,
        keepalive_expiry=30.0,
        network_backend=_Open(),
    )
    atexit.register(made.close)
    return made


class _Open(httpcore.NetworkBackend):
    """Connects to the address that was looked at, not to what its name means a moment later."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = open_address(host, port)
        backend = httpcore.SyncBackend()
        left = _left(timeout)
        return _Hurried(backend.connect_tcp(address, port, left, local_address, socket_options))


class _Hurried(httpcore.NetworkStream):
    """A connection whose every wait ends when the time of the whole request does, however it drips."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        with suppress(OSError):
            self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(timeout))
        return _Hurried(stream)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's
        return self._stream.get_extra_info(info)


def _left(timeout: float | None) -> float:
    left = _until.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the answer came too slowly")
    return left if timeout is None else min(timeout, left)
