"""Programs die; what was acknowledged stays, once, in order."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from uuid import uuid4

import pytest
import websockets

from tests.journeys.house import House, opened, wait_for
from tests.make.loops import run

pytestmark = pytest.mark.xdist_group("killed")
TALKERS, SECONDS_BETWEEN = 12, 1.2
VICTIMS = ["tongxin-worker", "tongxin-live", "tongxin-web", "postgres"]
COUNT = """
from tongxin.service.conversations.models import Message
print(json.dumps(list(Message.objects.order_by("pk").values_list("external_id", flat=True))))
"""
SETTLED = """
from tongxin.service.conversations.models import Message, MessageIndex
print(json.dumps(Message.objects.count() == MessageIndex.objects.count()))
"""


@pytest.fixture
def house() -> Iterator[House]:
    """A house of our own, with its own database server, to kill."""
    running = opened(embedded=True)
    yield running
    running.close()


@dataclass
class Talker:
    """A visitor who goes on talking whatever happens, as the widget does."""

    house: House
    by_socket: bool
    token: str = ""
    acked: list[str] = field(default_factory=list)
    ends: bool = False

    async def talk(self) -> None:
        while not self.ends:
            client_id = str(uuid4())
            while client_id not in self.acked:
                try:
                    await (self._socket(client_id) if self.by_socket else self._http(client_id))
                except (OSError, websockets.WebSocketException, TimeoutError, HTTPException):
                    await asyncio.sleep(0.1)

    async def _socket(self, client_id: str) -> None:
        url = self.house.live.replace("http", "ws") + f"/chat/{self.house.inbox}/socket"
        async with websockets.connect(url, open_timeout=3, close_timeout=1) as socket:
            await socket.send(json.dumps({"type": "hello", "token": self.token}))
            self._greet(json.loads(await asyncio.wait_for(socket.recv(), 20)))
            while not self.ends or client_id not in self.acked:
                await socket.send(json.dumps(_message(client_id)))
                while client_id not in self.acked:
                    self._hear(json.loads(await asyncio.wait_for(socket.recv(), 20)))
                if self.ends:
                    return
                client_id = str(uuid4())

    async def _http(self, client_id: str) -> None:
        url = f"{self.house.live}/chat/{self.house.inbox}/frames"
        frames = [_message(client_id)] if self.token else [{"type": "hello"}]
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(url, json.dumps(frames).encode(), headers)
        for frame in await asyncio.to_thread(_answer, request):
            self.token = frame.get("token", self.token)
            self._hear(frame)

    def _greet(self, frame: dict[str, str]) -> None:
        """Take our token; or come back later, when so many came back that we are to wait."""
        if frame["type"] == "refused":
            raise TimeoutError(frame["code"])
        assert frame["type"] == "welcome"
        self.token = frame["token"]

    def _hear(self, frame: dict[str, str]) -> None:
        if frame["type"] == "ack" and frame["client_id"] not in self.acked:
            self.acked.append(frame["client_id"])


def _answer(request: urllib.request.Request) -> list[dict[str, str]]:
    with urllib.request.urlopen(request, timeout=20) as response:
        frames: list[dict[str, str]] = json.load(response)
    return frames


def _message(client_id: str) -> dict[str, str]:
    return {"type": "message", "client_id": client_id, "text": f"我的快递到哪了？ {client_id}"}


async def _under_load(house: House) -> list[Talker]:
    talkers = [Talker(house, by_socket=number % 2 == 0) for number in range(TALKERS)]
    tasks = [asyncio.create_task(talker.talk()) for talker in talkers]
    await asyncio.sleep(SECONDS_BETWEEN)
    for victim in VICTIMS:
        before = sum(len(talker.acked) for talker in talkers)
        assert house.kill(victim), f"there is no {victim} to kill"
        await asyncio.sleep(SECONDS_BETWEEN)
        until = time.monotonic() + 60
        while sum(len(t.acked) for t in talkers) < before + TALKERS and time.monotonic() < until:
            await asyncio.sleep(0.1)
    for talker in talkers:
        talker.ends = True
    await asyncio.wait_for(asyncio.gather(*tasks), 60)
    return talkers


def test_killing_each_program_under_load_loses_and_doubles_nothing(house: House) -> None:
    talkers = run(_under_load(house))

    stored = [name.rpartition(":")[2] for name in house.ask(COUNT)]
    assert len(stored) == len(set(stored))
    for talker in talkers:
        kept = [name for name in stored if name in set(talker.acked)]
        assert kept == talker.acked
    wait_for(lambda: house.ask(SETTLED), 60)
