"""The one door for what channels hear."""

import hmac
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.make.world import NOON, World, world
from tests.plugins.letterbox import letterbox
from tongxin.center.kit.plugins import Manifest
from tongxin.service.channels.actions import change_inbox, create_inbox
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.models import Message

__all__ = ["letterbox"]
pytestmark = pytest.mark.django_db
SECRET = "tea"
DELIVERY = {
    "id": "m-1",
    "from": {"id": "u-1", "name": "小梅"},
    "text": "到哪了？",
    "at": "2026-11-21T04:00:00Z",
}


class Box:
    """An inbox whose service signs what it delivers."""

    def __init__(self, tea: World, client: Client) -> None:
        self.owner, self.client = tea.owner, client
        self.id = create_inbox(
            actor=tea.owner, channel="letterbox", name="信箱", settings={"secret": SECRET}, now=NOON
        )
        self.key = inboxes_by_id(inbox_ids=[self.id])[self.id].key

    def deliver(self, body: Any, **headers: str) -> HttpResponse:
        sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        signed = hmac.new(SECRET.encode(), sent, "sha256").hexdigest()
        return self.client.post(  # type: ignore[return-value]
            f"/hooks/{self.key}/", sent, content_type="application/json",
            headers={"X-Letterbox-Signature": signed} | headers,
        )  # fmt: skip


@pytest.fixture
def box(letterbox: Manifest, client: Client) -> Box:
    return Box(world(), client)


def test_a_delivery_is_taken_in(box: Box) -> None:
    response = box.deliver(DELIVERY)

    assert (response.status_code, response.content) == (204, b"")
    assert Message.objects.get().text == "到哪了？"


def test_a_delivery_that_comes_twice_is_taken_in_once(box: Box) -> None:
    statuses = [box.deliver(DELIVERY).status_code for _ in range(2)]

    assert statuses == [204, 204]
    assert Message.objects.count() == 1


def test_an_impostor_is_turned_away(box: Box) -> None:
    response = box.deliver(DELIVERY, **{"X-Letterbox-Signature": "0" * 64})

    assert response.status_code == 401
    assert json.loads(response.content)["code"] == "hook.forged"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", {"id": 1}, [], {**DELIVERY, "at": "2026-11-21T04:00:00"}]
)
def test_what_is_no_delivery_is_malformed(box: Box, body: Any) -> None:
    assert box.deliver(body).status_code == 400


def test_an_unknown_inbox_and_one_that_is_off_are_the_same(box: Box) -> None:
    unknown = box.client.post("/hooks/0000/", b"{}", content_type="application/json")
    change_inbox(
        actor=box.owner,
        inbox_id=box.id,
        name="信箱",
        settings={"secret": SECRET},
        enabled=False,
        now=NOON,
    )
    off = box.deliver(DELIVERY)

    assert (unknown.status_code, unknown.content) == (404, off.content)


def test_web_chat_does_not_come_in_by_this_door(client: Client) -> None:
    tea = world()
    key = inboxes_by_id(inbox_ids=[tea.inbox_id])[tea.inbox_id].key

    response = client.post(f"/hooks/{key}/", b"{}", content_type="application/json")

    assert response.status_code == 401


def test_a_delivery_has_at_most_five_megabytes(box: Box) -> None:
    assert box.deliver(b"x" * (5 * 1024 * 1024 + 1)).status_code == 413


def test_a_hook_takes_posts(box: Box) -> None:
    response = box.client.get(f"/hooks/{box.key}/")

    assert (response.status_code, response["Allow"]) == (405, "POST")


_TEXT = st.text(max_size=30)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
)


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(field=st.sampled_from([*DELIVERY, ""]), value=_VALUE, raw=st.binary(max_size=40), name=_TEXT)
def test_whatever_comes_in_the_door_holds(
    box: Box, field: str, value: Any, raw: bytes, name: str
) -> None:
    sender = {"id": name or "u", "name": name}
    bodies = [
        raw,
        {**DELIVERY, field: value},
        {**DELIVERY, "id": name or "m", "from": sender, "text": name},
    ]

    statuses = {box.deliver(_sendable(body)).status_code for body in bodies}

    assert statuses <= {204, 400, 422}


def _sendable(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
