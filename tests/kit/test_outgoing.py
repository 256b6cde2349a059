"""Asking servers of others: never our own network, never without an end, never led elsewhere."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.make.saml import identity
from tongxin.center.kit import outgoing
from tongxin.center.kit.outgoing import Unreachable, ask, is_secure

Serve = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def _trusting(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], str]]:
    """Answer one connection as a test says; return the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def begin(answer: Serve) -> str:
        def run() -> None:
            taken, _address = listening.accept()
            with taken:
                if answer.__name__ != "answer":  # who speaks TLS reads by itself
                    taken.recv(65536)
                try:
                    answer(taken)
                except OSError:
                    return

        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    yield begin
    listening.close()
    for thread in threads:
        thread.join(10)


def test_an_answer_is_read(serve: Callable[[Serve], str]) -> None:
    address = serve(lambda to: to.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))

    answer = ask(address, {})

    assert (answer.status, answer.body) == (200, b"hi")
    assert "hi" not in repr(answer)


def test_whoever_has_no_right_certificate_is_not_asked(
    serve: Callable[[Serve], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made, files = identity("localhost"), [tmp_path / "key", tmp_path / "certificate"]
    for file, text in zip(files, (made.key, made.certificate), strict=True):
        file.write_text(text)
    theirs, ours = (
        ssl.SSLContext(kind) for kind in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
    )
    theirs.load_cert_chain(files[1], files[0])

    def answer(to: socket.socket) -> None:
        with theirs.wrap_socket(to, server_side=True) as safe:
            safe.recv(65536)
            safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    def asked() -> bytes:
        return ask(serve(answer).replace("http://127.0.0.1", "https://localhost"), {}).body

    with pytest.raises(Unreachable, match="certificate"):
        asked()
    ours.load_verify_locations(files[1])
    monkeypatch.setattr(outgoing, "secure", lambda: ours)
    assert asked() == b"hi"


def test_nobody_leads_us_elsewhere(serve: Callable[[Serve], str]) -> None:
    led = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"

    assert ask(serve(lambda to: to.sendall(led)), {}).status == 302


def test_an_endless_answer_is_cut(serve: Callable[[Serve], str]) -> None:
    def pour(to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            to.sendall(b"x" * 65536)

    with pytest.raises(Unreachable, match="too long"):
        ask(serve(pour), {})


@pytest.mark.parametrize(
    ("head", "scheme"),
    [
        (b"HTTP/1.1 200 OK\r\n", "http"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "http"),
        (b"\x16\x03\x03\x3f\xff", "https"),  # a handshake that never ends
    ],
)
def test_a_dripping_answer_is_cut(
    serve: Callable[[Serve], str], monkeypatch: pytest.MonkeyPatch, head: bytes, scheme: str
) -> None:
    monkeypatch.setattr(outgoing, "_LONGEST", 0.3)
    monkeypatch.setattr(outgoing, "_PATIENCE", 0.3)

    def drip(to: socket.socket) -> None:
        to.sendall(head)
        until = time.monotonic() + 8
        while time.monotonic() < until:
            to.sendall(b"x: y\r\n")
            time.sleep(0.05)

    began = time.monotonic()
    with pytest.raises(Unreachable):
        ask(serve(drip).replace("http", scheme), {})
    assert time.monotonic() - began < 6


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/",
     "https://192.168.1.1/", "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://[fe80::1]/",
     "https://100.64.0.1/"],
)  # fmt: skip
def test_our_own_network_is_not_asked(settings: Any, address: str) -> None:
    settings.TRUSTS_OWN_NETWORK = False

    with pytest.raises(Unreachable, match="not of the open network"):
        ask(address, {})


@pytest.mark.parametrize(
    ("address", "far", "near"),
    [
        ("https://login.example/", True, True),
        ("http://localhost:8080/", False, True),
        ("http://127.0.0.1/", False, True),
        ("http://login.example/", False, False),
        ("http://192.168.1.1/", False, False),
        ("https://user:word@login.example/", False, False),
        ("javascript:alert(1)", False, False),
        ("file:///etc/passwd", False, False),
        ("https://", False, False),
        ("https://[bad/", False, False),
        ("https://login.example:port/", False, False),
        ("", False, False),
    ],
)
def test_a_secure_address_is_https(settings: Any, address: str, far: bool, near: bool) -> None:
    assert is_secure(address) is near
    settings.TRUSTS_OWN_NETWORK = False
    assert is_secure(address) is far
