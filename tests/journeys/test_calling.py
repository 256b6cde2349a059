"""Somebody calls; whose telephone rings sees who it is, a click away, and how the call went."""

from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect
from twilio.request_validator import RequestValidator

from tests.journeys.house import House
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
NUMBER = """
import json
from django.utils import timezone
from tongxin.center.accounts.models import Member
from tongxin.center.accounts.queries import seat
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.queries import inboxes_by_id
owner = seat(Member.objects.order_by("pk").first().pk).actor
settings = {"account_sid": "AC0", "auth_token": "12345", "menu": False}
pk = create_inbox(actor=owner, channel="phone", name="热线", settings=settings, now=timezone.now())
print(json.dumps([inboxes_by_id(inbox_ids=[pk])[pk].key, owner.id]))
"""


def test_who_calls_is_seen_while_it_rings(chromium: Browser, house: House) -> None:
    key, member_id = house.ask(NUMBER)
    desk = log_in(chromium, house, house.founded["email"], house.founded["password"])
    desk.goto(f"{house.web}/desk/snoozed/")
    expect(desk.locator("body.connected")).to_be_visible()

    def ask(query: str = "", **form: str) -> str:
        url = f"{house.web}/hooks/{key}/{query and '?'}{query}"
        whole = {"CallSid": "CA77", "From": "+8613700137000", "CallStatus": "in-progress", **form}
        shown = {"X-Twilio-Signature": RequestValidator("12345").compute_signature(url, whole)}
        with urlopen(Request(url, urlencode(whole).encode(), shown), timeout=20) as answer:
            return str(answer.read().decode())

    greeted = ask()
    ask("step=hold&since=1")
    ask(f"step=leg&rings=1&call=CA77&member={member_id}", CallStatus="ringing")
    pop_up = desk.locator(".toast", has_text="来电：#")
    pop_up.get_by_role("button", name="打开").click(timeout=20_000)
    ask(f"step=rang&rings=1&member={member_id}", DialCallStatus="completed", DialCallDuration="80")

    assert "感谢您的来电" in greeted
    talk = desk.locator("#talk")
    expect(talk).to_contain_text("来电")
    expect(talk).to_contain_text("在电话中排队")
    expect(talk).to_contain_text("正在呼叫 李工")
    expect(talk).to_contain_text("与 李工 通话 1:20", timeout=20_000)
    desk.context.close()
