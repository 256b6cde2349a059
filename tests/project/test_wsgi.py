"""What is whole leaves as one piece, and lets go of what it held; a stream stays one."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from tongxin.project import wsgi


@pytest.fixture
def ended() -> Iterator[list[object]]:
    """Return what grows with each request that is over; connections of other tests stay as they are."""
    heard: list[object] = []

    def hear(**said: Any) -> None:
        heard.append(said["sender"])

    request_finished.disconnect(close_old_connections)
    request_finished.connect(hear)
    yield heard
    request_finished.disconnect(hear)
    request_finished.connect(close_old_connections)


def answered(monkeypatch: pytest.MonkeyPatch, response: Any) -> Any:
    monkeypatch.setattr(wsgi, "_django", lambda _environ, _start: response)
    environ = RequestFactory().get("/").environ
    return wsgi.application(environ, lambda *_given: BytesIO().write)


def test_a_page_leaves_whole_and_is_over(
    monkeypatch: pytest.MonkeyPatch, ended: list[object]
) -> None:
    assert answered(monkeypatch, HttpResponse("茶")) == ["茶".encode()]
    assert len(ended) == 1


def test_a_stream_stays_one_and_ends_when_it_is_closed(
    monkeypatch: pytest.MonkeyPatch, ended: list[object]
) -> None:
    stream = StreamingHttpResponse(iter([b"a", b"b"]))

    body = answered(monkeypatch, stream)

    assert body is stream
    assert not ended
    assert list(body) == [b"a", b"b"]
    body.close()
    assert len(ended) == 1
