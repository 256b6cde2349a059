"""Ask servers of others, at addresses that somebody else gave us: never one of our own network."""

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

_PATIENCE = 10.0  # seconds for one answer
_MOST = 512 * 1024  # bytes of an answer that is read
_PIECE = 16 * 1024
_LONGEST = 2 * _PATIENCE  # from the first word to the last, however it drips
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Unreachable(Exception):
    """The address is none of the open network, or nobody answered there."""


@dataclass(frozen=True)
class Answer:
    """What somebody else's server answered."""

    status: int
    body: bytes = field(repr=False)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send bytes to an address; return the answer's status. Follows nothing. Raises Unreachable."""
    return _asked("POST", url, body, headers, reads=False).status


def ask(url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Fetch an address, or send it bytes and read what it answers: at most half a megabyte in 10 seconds.

    Follows nothing. Raises Unreachable, also where the address is not secure (``is_secure``).
    """
    if not is_secure(url):
        raise Unreachable("the address does not begin with https://")
    return _asked("GET" if body is None else "POST", url, body, headers, reads=True)


def is_secure(url: str) -> bool:
    """Whether an address may be asked for secrets: https, or this machine where that is trusted."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    is_here = settings.TRUSTS_OWN_NETWORK and parts.hostname in _HERE
    return named and (parts.scheme == "https" or (parts.scheme == "http" and is_here))


def _asked(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, reads: bool
) -> Answer:
    parts = urlsplit(url)
    try:
        connection = _Open(parts.hostname or "", parts.port, is_secure=parts.scheme != "http")
        cutting = Timer(_LONGEST, connection.cut)
        cutting.start()
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, _read(response) if reads else b"")
            if connection.is_cut:  # what was read may be half of it
                raise Unreachable("the answer came too slowly")
            return answer
        finally:
            cutting.cancel()
            connection.close()
    except (OSError, HTTPException, ValueError) as failure:
        raise Unreachable(str(failure)) from failure


def _read(response: HTTPResponse) -> bytes:
    """Read an answer piece by piece. Raises Unreachable where it is too long, or comes too slowly."""
    until, read = time.monotonic() + _PATIENCE, bytearray()
    while piece := response.read1(_PIECE):
        read += piece
        if len(read) > _MOST or time.monotonic() > until:
            raise Unreachable("the answer is too long, or too slow")
    return bytes(read)


class _Open(HTTPConnection):
    """A connection to the address that was looked at, not to what its name means a moment later."""

    def __init__(self, host: str, port: int | None, *, is_secure: bool) -> None:
        super().__init__(host, port or (443 if is_secure else 80), timeout=_PATIENCE)
        self._is_secure = is_secure
        self.is_cut = False

    def connect(self) -> None:
        address = open_address(self.host, self.port)
        self.sock = socket.create_connection((address, self.port), _PATIENCE)
        if self._is_secure:
            # In two steps: a handshake may drip, too, and what ``cut`` cuts has to be ours by then.
            self.sock = secure().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """End what lasts too long, from another thread."""
        self.is_cut = True
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(
                    self.sock, socket.SHUT_RDWR
                )  # as a stream, whatever runs over it


@cache
def secure() -> ssl.SSLContext:
    """Return what secure connections trust: this machine's certificate authorities."""
    return ssl.create_default_context()  # reads every certificate there is: 0.1 s


def open_address(host: str, port: int) -> str:
    """Return an address of a host. Raises Unreachable where any of them is not of the open network."""
    found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    inside = {one for one in found if not ip_address(one.partition("%")[0]).is_global}
    if not found or (inside and not settings.TRUSTS_OWN_NETWORK):
        raise Unreachable(f"{host} is not of the open network")
    return min(found)
