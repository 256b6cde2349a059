"""A telephone number of the tea shop, as its service speaks to it."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.test import Client
from twilio.request_validator import RequestValidator

from tests.make.relaying import relayed
from tests.make.world import NOON, World
from tongxin.center.kit.actor import Actor
from tongxin.faces.desk.entries import entries
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls
from tongxin.service.conversations.queries import thread
from tongxin.service.team.actions import arrive, route, set_phone

TOKEN, MEI = "12345", "+8613800138000"


class Line:
    """A telephone number of the tea shop; a caller walks from answer to answer."""

    def __init__(self, tea: World, **settings: Any) -> None:
        self.tea, self.client, self.call = tea, Client(), "CA1"
        given = {"account_sid": "AC0", "auth_token": TOKEN, "language": "zh", **settings}
        self.id = create_inbox(
            actor=tea.owner, channel="phone", name="热线", settings=given, now=NOON
        )
        self.door = f"/hooks/{inboxes_by_id(inbox_ids=[self.id])[self.id].key}/"
        self.answer = ET.Element("Response")
        self.seconds = 0

    def ask(self, address: str = "", **form: str) -> str:
        """Let the service ask, a second later; return which verbs it is answered with."""
        self.seconds += 1
        address = address or self.door
        whole = {"CallSid": self.call, "From": MEI, "CallStatus": "in-progress", **form}
        shown = RequestValidator(TOKEN).compute_signature(f"https://testserver{address}", whole)
        now = NOON + timedelta(seconds=self.seconds)
        with patch("tongxin.faces.developers.hooks.timezone.now", return_value=now):
            response = self.client.post(
                address, urlencode(whole), content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": shown},
            )  # fmt: skip
        assert response.status_code == 200, response.content
        self.answer = ET.fromstring(response.content)  # noqa: S314 - ours
        return " ".join(one.tag for one in self.answer)

    def follow(self, verb: str, **form: str) -> str:
        [found] = self.answer.iter(verb)
        return self.ask(found.attrib.get("action") or found.text or "", **form)

    def understood(self) -> None:
        now = NOON + timedelta(seconds=self.seconds)
        hear_calls(now=now)
        relayed()
        route(workspace_ids=[self.tea.workspace_id], now=now)  # the relay's clock is the database's

    @property
    def spoken(self) -> str:
        return " ".join(one.text or "" for one in self.answer.iter("Say"))


def agent(tea: World, phone: str = "+8613900139000", name: str = "林") -> Actor:
    made = tea.member(name=name)
    set_phone(actor=tea.owner, member_ids=[made.id], phone=phone, now=NOON)
    arrive(actor=made, now=NOON)
    return made


def told(tea: World, conversation_id: int, names: dict[str, str]) -> list[str]:
    found = thread(actor=tea.owner, conversation_id=conversation_id)
    return [e.message.text if e.message else e.told for e in entries(found, names, "", NOON)]
