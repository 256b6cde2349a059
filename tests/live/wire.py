"""What browsers say to the wire, and what it answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.make.world import World

Frame = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back by HTTP."""

    status: int
    body: Any
    retry_after: str = ""

    @property
    def code(self) -> str:
        return str(self.body["code"])


@dataclass(frozen=True)
class Socket:
    """One end of a socket; it waits at most some seconds for anything."""

    connection: ClientConnection

    def send(self, *frames: object) -> None:
        for frame in frames:
            self.say(json.dumps(frame))

    def say(self, text: str | bytes) -> None:
        self.connection.send(text)

    def next(self, *kinds: str) -> Frame:
        """Return the next frame, or the next of these kinds."""
        while True:
            frame: Frame = json.loads(self.connection.recv(20))
            if not kinds or frame["type"] in kinds:
                return frame

    def until_pong(self) -> list[Frame]:
        """Return what all frames so far have caused."""
        self.send({"type": "ping"})
        frames = [self.next()]
        while frames[-1]["type"] != "pong":
            frames.append(self.next())
        return frames[:-1]

    def end(self) -> int:
        """Wait until the other side hangs up; return its code."""
        return self.farewell()[0]

    def farewell(self) -> tuple[int, str]:
        """Wait until the other side hangs up; return its code and its reason."""
        try:
            while True:
                self.connection.recv(20)
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


@dataclass(frozen=True)
class Wire:
    """A running wire, and the inbox that its visitors come in by."""

    port: int
    key: str
    tea: World

    @contextmanager
    def socket(self, path: str = "") -> Iterator[Socket]:
        """Open a socket without saying anything yet."""
        address = f"ws://127.0.0.1:{self.port}{path or f'/chat/{self.key}/socket'}"
        with connect(address, max_size=None, close_timeout=2) as connection:
            yield Socket(connection)

    @contextmanager
    def visitor(self, **hello: object) -> Iterator[tuple[Socket, Frame]]:
        """Let a visitor in; give their socket and the welcome they got."""
        with self.socket() as socket:
            socket.send({"type": "hello", **hello})
            yield socket, socket.next("welcome")

    @contextmanager
    def agent(self, ticket: str) -> Iterator[Socket]:
        with self.socket("/desk/socket") as socket:
            socket.send({"type": "hello", "ticket": ticket})
            yield socket

    def post(self, frames: object, token: str = "") -> Answer:
        return self.ask("POST", json.dumps(frames).encode(), token)

    def get(self, token: str = "", query: str = "") -> Answer:
        return self.ask("GET", b"", token, query)

    def ask(
        self, method: str, body: bytes, token: str = "", query: str = "", key: str = ""
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request(method, f"/chat/{key or self.key}/frames{query}", body, headers)
        response = connection.getresponse()
        read = response.read()
        connection.close()
        is_json = "json" in (response.headers["Content-Type"] or "")
        said = json.loads(read) if is_json else read.decode()
        return Answer(response.status, said, response.headers["Retry-After"] or "")


def message(client_id: object = "1", text: object = "壶盖碎了", **more: object) -> Frame:
    return {"type": "message", "client_id": client_id, "text": text, **more}
