"""Ask servers of others, at addresses that somebody else gave us: never one of our own network."""

import socket
import ssl
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

_PATIENCE = 10.0  # seconds for one answer


class Unreachable(Exception):
    """The address is none of the open network, or nobody answered there."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send bytes to an address; return the answer's status. Follows nothing. Raises Unreachable."""
    parts = urlsplit(url)
    try:
        connection = _Open(parts.hostname or "", parts.port, is_secure=parts.scheme != "http")
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST", path, body, dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as failure:
        raise Unreachable(str(failure)) from failure


class _Open(HTTPConnection):
    """A connection to the address that was looked at, not to what its name means a moment later."""

    def __init__(self, host: str, port: int | None, *, is_secure: bool) -> None:
        super().__init__(host, port or (443 if is_secure else 80), timeout=_PATIENCE)
        self._is_secure = is_secure

    def connect(self) -> None:
        address = _open_address(self.host, self.port)
        plain = socket.create_connection((address, self.port), _PATIENCE)
        try:
            self.sock = (
                _secure().wrap_socket(plain, server_hostname=self.host)
                if self._is_secure
                else plain
            )
        except OSError:
            plain.close()
            raise


@cache
def _secure() -> ssl.SSLContext:
    return ssl.create_default_context()  # reads every certificate there is: 0.1 s


def _open_address(host: str, port: int) -> str:
    """Return an address of a host. Raises Unreachable where any of them is not of the open network."""
    found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    inside = {one for one in found if not ip_address(one.partition("%")[0]).is_global}
    if not found or (inside and not settings.TRUSTS_OWN_NETWORK):
        raise Unreachable(f"{host} is not of the open network")
    return min(found)
