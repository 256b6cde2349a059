"""Ports for servers of a benchmark or a test."""

import socket

from tongxin.project.bench.ports import free_port


def test_neighbours_are_free() -> None:
    first = free_port(together=3)

    servers = [socket.create_server(("127.0.0.1", first + step)) for step in range(3)]

    for server in servers:
        server.close()


def test_no_outgoing_connection_takes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        from_the_system = taken.getsockname()[1]

    assert free_port() < 32_000 < from_the_system
