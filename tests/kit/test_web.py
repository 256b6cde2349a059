"""Asking services that we are connected to: kept connections, and an end to everything."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.plugins.standin import Asked, Vendor, vendor
from tongxin.center.kit import outgoing, web
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.web import Web


@pytest.fixture(autouse=True)
def _trusting(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True


@pytest.fixture
def service() -> Iterator[Vendor]:
    with vendor(lambda asked: (200, {"path": asked.path})) as runs:
        yield runs


def test_json_forms_and_files_are_sent_as_services_read_them(service: Vendor) -> None:
    asking = Web(service.address, {"authorization": "Bearer x"})

    assert asking.post("/json", json={"text": "您好"}, params={"a": 1}).told() == {"path": "/json"}
    asking.post("/form", form={"text": "您好 &"})
    asking.post(
        "/files", form={"chat": "7"}, files={"photo": ("小票.png", b"\x00\xff", "image/png")}
    )

    in_json, in_form, in_parts = service.asked
    assert in_json.json() == {"text": "您好"}
    assert in_json.query == {"a": "1"}
    assert in_json.headers["authorization"] == "Bearer x"
    assert in_form.form() == {"text": "您好 &"}
    assert in_parts.parts() == {"chat": (None, b"7"), "photo": ("小票.png", b"\x00\xff")}


def test_a_whole_address_gets_none_of_our_headers(service: Vendor) -> None:
    Web("https://example.com", {"authorization": "Bearer x"}).get(f"{service.address}/else")

    assert "authorization" not in service.asked[0].headers


def test_nothing_is_followed_and_no_cookie_is_kept(service: Vendor) -> None:
    moved = (302, b"", {"location": f"{service.address}/there", "set-cookie": "a=b"})
    service.answer = lambda _asked: moved

    statuses = [Web(service.address).get("/here").status for _ in range(2)]

    assert statuses == [302, 302]
    assert service.paths() == ["/here", "/here"]
    assert all("cookie" not in asked.headers for asked in service.asked)


def test_a_connection_is_kept(service: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    looking = outgoing.open_address

    def look(host: str, port: int) -> str:
        looked_at.append(host)
        return looking(host, port)

    monkeypatch.setattr(web, "open_address", look)

    for _ in range(3):
        Web(service.address).get("/")

    assert looked_at == ["127.0.0.1"]


def test_our_own_network_and_open_connections_are_not_asked(service: Vendor, settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = False

    for address in (
        service.address,
        service.address.replace("http", "https"),
        "https://[::1]:1",
        "ftp://example.com",
    ):
        with pytest.raises(Unreachable):
            Web(address).get("/")
    assert not service.asked


@pytest.mark.parametrize("body", [b"x" * 2000, gzip.compress(b"x" * 2000)], ids=["plain", "packed"])
def test_a_long_answer_is_not_read(service: Vendor, body: bytes) -> None:
    packed = {"content-encoding": "gzip"} if body[:1] == b"\x1f" else {}
    service.answer = lambda _asked: (200, body, packed)

    with pytest.raises(Unreachable, match="too long"):
        Web(service.address).get("/", most=1000)
    assert len(Web(service.address).get("/", most=2000).body) == 2000


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["head", "body"])
def test_an_answer_that_drips_ends(begin: bytes) -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        taken, _address = listening.accept()
        with taken:
            try:
                taken.sendall(begin)
                for _ in range(100):
                    taken.sendall(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()

    with pytest.raises(Unreachable):
        Web(f"http://127.0.0.1:{listening.getsockname()[1]}").get("/", seconds=0.4)

    thread.join(10)
    listening.close()


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, b"[1]")])
def test_what_is_no_object_was_not_the_service(service: Vendor, answer: Any) -> None:
    def say(_asked: Asked) -> Any:
        return answer

    service.answer = say

    with pytest.raises(Unreachable):
        Web(service.address).get("/").told()
