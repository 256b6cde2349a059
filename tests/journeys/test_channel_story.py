"""A channel that somebody else runs, through the whole house, by signed calls; and with a worker that dies."""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from standardwebhooks import Webhook

from tests.journeys.house import House, wait_for
from tests.journeys.test_first_talk import log_in
from tests.plugins.standin import Asked, Vendor, vendor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MANY = 24
CONNECT = """
from django.utils import timezone
from tongxin.center.accounts.models import Member
from tongxin.center.accounts.queries import seat
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.queries import inboxes_by_id
actor = seat({member_id}).actor
made = create_inbox(actor=actor, channel="webhook", name="自有应用", now=timezone.now(),
    settings={{"secret": "{secret}", "address": "{address}", "realm": "{realm}"}})
print(json.dumps([made, inboxes_by_id(inbox_ids=[made])[made].key]))
"""
HEARD = """
from tongxin.service.conversations.models import Message
found = Message.objects.filter(inbox_id={inbox_id}, kind="in").order_by("pk")
print(json.dumps(list(found.values_list("text", "conversation_id"))))
"""
REPLY = """
from django.utils import timezone
from tongxin.center.accounts.queries import seat
from tongxin.service.conversations.actions import reply
for pk, text in {told}:
    reply(actor=seat({member_id}).actor, conversation_ids=[pk], text=text, now=timezone.now())
print(json.dumps(True))
"""


@dataclass
class Application:
    """The other side: what it says to us, and what it was told."""

    house: House
    service: Vendor
    inbox_id: int
    key: str

    def say(self, kind: str, **data: Any) -> int:
        """Call our door; return what it answers."""
        now, name = datetime.now(UTC), f"msg_{uuid4().hex}"
        body = json.dumps({"type": kind, "data": {"at": now.isoformat(), **data}})
        headers = {
            "webhook-id": name, "webhook-timestamp": str(int(now.timestamp())), "content-type": "application/json",
            "webhook-signature": Webhook(SECRET).sign(name, now, body),
        }  # fmt: skip
        call = urllib.request.Request(
            f"{self.house.web}/hooks/{self.key}/", body.encode(), headers, method="POST"
        )
        with urllib.request.urlopen(call, timeout=20) as answer:
            return int(answer.status)

    def told(self) -> list[dict[str, Any]]:
        return [one.json()["data"] for one in self.service.asked]


def taken(asked: Asked) -> tuple[int, Any]:
    said = Webhook(SECRET).verify(asked.body, asked.headers)
    return 202, {"id": f"r-{said['data']['key']}"}


@pytest.fixture
def application(house: House) -> Iterator[Application]:
    with vendor(taken) as service:
        asked = CONNECT.format(
            member_id=house.founded["member_id"], secret=SECRET, address=f"{service.address}/replies",
            realm=uuid4().hex[:8],
        )  # fmt: skip
        inbox_id, key = house.ask(asked)
        yield Application(house, service, inbox_id, key)


def test_in_at_the_desk_and_out_again(
    chromium: Browser, house: House, application: Application
) -> None:
    desk = log_in(chromium, house, house.founded["email"], house.founded["password"])
    desk.goto(f"{house.web}/desk/all/")
    expect(desk.locator("body.connected")).to_be_visible()
    question, name = f"快递三天没有更新了 {uuid4().hex[:6]}", f"小梅 {uuid4().hex[:6]}"

    application.say("message", id="m-1", text=question, **{"from": {"id": "u-42", "name": name}})
    application.say("message", id="m-1", text=question, **{"from": {"id": "u-42", "name": name}})

    desk.locator(".item", has_text=question).click()
    expect(desk.locator("main.thread")).to_contain_text(name)
    expect(desk.locator(".talk", has_text=question)).to_have_count(1)
    desk.fill("#say", "已经联系快递，今天会更新。")
    desk.keyboard.press("Enter")
    wait_for(application.told, 40)
    [going] = application.told()
    assert (going["text"], going["to"]["id"]) == ("已经联系快递，今天会更新。", "u-42")
    now = datetime.now(UTC).isoformat()
    application.say("progress", id=f"r-{going['key']}", stage="delivered", at=now)
    # what it tells of may not be written down yet: then it is heard again some seconds later
    expect(desk.locator("[data-state=delivered]")).to_be_visible(timeout=30_000)
    desk.context.close()


def test_a_killed_worker_loses_nothing_and_says_nothing_twice(
    house: House, application: Application
) -> None:
    def hear(number: int) -> None:
        said = {"id": f"m-{number}", "text": f"第 {number} 条", "from": {"id": f"u-{number}"}}
        assert application.say("message", **said) < 300
        if number % 3 == 0:
            assert application.say("message", **said) < 300  # services repeat themselves

    for number in range(MANY):
        hear(number)
        if number % 8 == 4:
            wait_for(lambda: house.kill("tongxin-worker"), 60)  # the one before may still be coming

    asked = HEARD.format(inbox_id=application.inbox_id)
    wait_for(lambda: len(house.ask(asked)) >= MANY, 60)
    found = house.ask(asked)
    assert sorted(text for text, _pk in found) == sorted(f"第 {n} 条" for n in range(MANY))
    house.kill("tongxin-worker")
    told = [(pk, f"答 {text}") for text, pk in found]
    house.ask(REPLY.format(told=told, member_id=house.founded["member_id"]))
    wait_for(lambda: len(application.told()) >= MANY, 60)
    time.sleep(1)  # whoever would say it twice had time for it
    assert sorted(one["text"] for one in application.told()) == sorted(text for _pk, text in told)
