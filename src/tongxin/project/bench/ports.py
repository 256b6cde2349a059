"""Ports for servers of a benchmark or a test."""

import secrets
import socket
from contextlib import ExitStack, suppress

# Below where systems take the ports of outgoing connections from (Linux: 32768, RFC 6335: 49152): what is free
# here stays free until its server opens it, however many connections others make meanwhile.
_FROM, _TO = 10_000, 32_000


def free_port(together: int = 1) -> int:
    """Return the first of so many neighbouring ports of 127.0.0.1 that nobody listens at.

    Whoever wants two asks for two together: asked twice, it may give the same twice, as none is open yet.
    """
    while True:  # not by `random`: tests begin it anew, and two at once would take the same
        first = _FROM + secrets.randbelow(_TO - _FROM - together)
        with ExitStack() as held, suppress(OSError):
            for port in range(first, first + together):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
