"""The one door for what channels hear."""

import hmac
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.make.world import NOON, World, world
from tests.plugins.letterbox import letterbox
from tongxin.center.kit.plugins import Manifest
from tongxin.service.channels.actions import change_inbox, create_inbox
from tongxin.service.channels.models import Call
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls
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


def test_a_delivery_is_kept_as_it_came_and_taken_in_afterwards(box: Box) -> None:
    response = box.deliver(DELIVERY)
    kept = Call.objects.get()
    before = Message.objects.count()

    hear_calls(now=timezone.now())

    assert (response.status_code, response.content) == (200, b"")
    assert (kept.method, kept.state, json.loads(bytes(kept.body))) == ("POST", "new", DELIVERY)
    assert (kept.url, before) == (f"http://testserver/hooks/{box.key}/", 0)
    assert Message.objects.get().text == "到哪了？"
    assert Call.objects.get().state == "done"


def test_a_delivery_that_comes_twice_is_taken_in_once(box: Box) -> None:
    statuses = [box.deliver(DELIVERY).status_code for _ in range(2)]

    heard = [hear_calls(now=timezone.now()) for _ in range(2)]

    assert (statuses, heard) == ([200, 200], [2, 0])
    assert Message.objects.count() == 1


def test_an_impostor_is_turned_away(box: Box) -> None:
    response = box.deliver(DELIVERY, **{"X-Letterbox-Signature": "0" * 64})

    assert response.status_code == 401
    assert json.loads(response.content)["code"] == "hook.forged"
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", {"id": 1}, [], {**DELIVERY, "at": "2026-11-21T04:00:00"}]
)
def test_what_is_no_delivery_is_kept_and_broken(box: Box, body: Any) -> None:
    assert box.deliver(body).status_code == 200

    hear_calls(now=timezone.now())

    broken = Call.objects.get()
    assert (broken.state, broken.code, broken.attempts) == ("broken", "hook.malformed", 1)
    assert broken.detail


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


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_a_hook_is_fetched_from_or_posted_to(box: Box, method: str) -> None:
    response = box.client.generic(method, f"/hooks/{box.key}/")

    assert (response.status_code, response["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "nobody.example"}, {"host": "a b"}, {"host": "x" * 5000}, {"host": "\x00\xff"},
        {"x-forwarded-host": "evil\r\n"}, {"content-type": "multipart/form-data; boundary=\x00"},
        {"x-letterbox-signature": "\xff\x00é"}, {"accept-language": "\x00zh,;;;q=é"},
    ],
    ids=str,
)  # fmt: skip
def test_a_call_with_any_headers_is_answered(box: Box, headers: dict[str, str]) -> None:
    assert box.deliver(DELIVERY, **headers).status_code in {200, 400, 401}


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    method=st.sampled_from(["GET", "POST"]), raw=st.binary(max_size=40), query=st.text(max_size=20),
    path=st.text(max_size=20), header=st.text(st.characters(max_codepoint=255), max_size=20),
)  # fmt: skip
def test_whatever_address_is_called_it_is_no_accident_of_ours(
    box: Box, method: str, raw: bytes, query: str, path: str, header: str
) -> None:
    for place in (f"/hooks/{box.key}/", f"/hooks/{box.key}/{path}", f"/hooks/{path}"):
        answered = box.client.generic(
            method, place.encode("utf-8", "replace").decode(), raw, QUERY_STRING=query, HTTP_X_ANY=header,
            HTTP_HOST=header,
        )  # fmt: skip

        assert answered.status_code in {400, 401, 404}


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
    hear_calls(now=timezone.now())

    assert statuses == {200}
    assert not Call.objects.filter(state="new").exists()
    assert {*Call.objects.filter(state="broken").values_list("code", flat=True)} <= {
        "hook.malformed", "address.invalid",
    }  # fmt: skip


def _sendable(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
