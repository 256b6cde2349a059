"""Two processes share the port of the sockets: a browser does not notice which one it has."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.journeys.house import House, wait_for
from tests.journeys.talking import visitor
from tongxin.project.bench.machine import command_of, family

MANY = 24  # that all of them come to the same process happens once in eight million times

RESOLVE = """
from django.utils import timezone
from tongxin.center.accounts.models import Member
from tongxin.center.accounts.queries import seats_of_user
from tongxin.center.kit.ids import public_id
from tongxin.service.conversations.actions import resolve
from tongxin.service.conversations.models import Conversation
last = Conversation.objects.order_by("-last_at").first()
owner = Member.objects.filter(workspace=last.workspace_id).earliest("pk")
actor = seats_of_user(owner.user_id)[0].actor
resolve(actor=actor, conversation_ids=[last.pk], now=timezone.now())
print(json.dumps(public_id("conv", last.pk)))
"""


def wires(house: House) -> list[int]:
    return [pid for pid in family(house.process.pid) if "tongxin-live" in command_of(pid)]


def sockets_of(pid: int) -> int:
    links = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return sum(link.name.startswith("socket:") for link in links)


@contextmanager
def tab(house: House, token: str) -> Iterator[ClientConnection]:
    """One more tab of this visitor, welcomed."""
    url = house.live.replace("http", "ws") + f"/chat/{house.inbox}/socket"
    with connect(url, open_timeout=10, close_timeout=1) as socket:
        socket.send(json.dumps({"type": "hello", "token": token}))
        assert next_frame(socket, "welcome")
        yield socket


def next_frame(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """Return the next frame of this kind."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=20))
        if frame["type"] == kind:
            return frame


def say(socket: ClientConnection, text: str) -> None:
    socket.send(json.dumps({"type": "message", "client_id": str(uuid4()), "text": text}))
    next_frame(socket, "ack")


@contextmanager
def many_tabs(house: House, token: str) -> Iterator[list[ClientConnection]]:
    """Tabs of one visitor, at both processes."""
    before = {pid: sockets_of(pid) for pid in wires(house)}
    with ExitStack() as stack:
        opened = [stack.enter_context(tab(house, token)) for _tab in range(MANY)]
        assert len(before) == 2
        assert all(sockets_of(pid) > had for pid, had in before.items())
        yield opened


@pytest.fixture
def tabs(house: House) -> Iterator[list[ClientConnection]]:
    """Tabs of one visitor who has written once, at both processes."""
    someone = visitor(house)
    someone.say("在吗")
    with many_tabs(house, someone.token) as opened:
        yield opened


def test_what_one_tab_says_reaches_the_tabs_at_the_other_process(
    tabs: list[ClientConnection],
) -> None:
    first, *others = tabs

    say(first, "两个进程")

    assert {next_frame(other, "message")["message"]["text"] for other in others} == {"两个进程"}


def test_what_a_newcomer_says_first_and_next_reaches_all_tabs(house: House) -> None:
    with many_tabs(house, visitor(house).token) as (first, *others):
        for text in ("我是新来的", "有人吗"):
            say(first, text)

            assert {next_frame(o, "message")["message"]["text"] for o in others} == {text}


def test_a_rating_shows_in_every_tab(house: House, tabs: list[ClientConnection]) -> None:
    say(tabs[0], "解决了")
    resolved = house.ask(RESOLVE)

    tabs[0].send(
        json.dumps({"type": "rate", "conversation_id": resolved, "score": 5, "solved": True})
    )

    for one in tabs:
        while not next_frame(one, "conversation")["conversation"]["rating"]:
            pass


def test_one_process_dies_and_the_other_carries_on(
    house: House, tabs: list[ClientConnection]
) -> None:
    victim, survivor = wires(house)
    stayed = sockets_of(survivor)

    os.kill(victim, signal.SIGKILL)

    wait_for(lambda: len(wires(house)) == 2 and victim not in wires(house), 20)
    assert sockets_of(survivor) >= stayed
