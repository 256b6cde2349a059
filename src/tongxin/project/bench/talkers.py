"""Visitors as cheap as they can be: they share the machine with what they measure.

Each writes one message, waits for its acknowledgement and writes the next. The socket's frames are masked
with zeros, which the protocol allows and which costs nothing.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Sequence

import uvloop

from tongxin.project.bench import machine
from tongxin.project.bench.clients import Run

CLIENTS = 128

_TEXT = "你好，我的快递到哪了？订单 20871".encode()
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_TOKEN = re.compile(rb'"token":"([^"]+)"')
_numbers = itertools.count(time.time_ns())


def message() -> bytes:
    return b'{"type":"message","client_id":"b-%d","text":"%b"}' % (next(_numbers), _TEXT)


class Talker(asyncio.Protocol):
    """What both ways of talking share: the clock and the count."""

    def __init__(self, run: Run, inbox: str) -> None:
        self.run, self.inbox, self.until = run, inbox.encode(), 0.0
        self.buffer, self.began = b"", 0.0
        loop = asyncio.get_running_loop()
        self.known: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.greet()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("the wire hung up"))

    def greet(self) -> None:
        raise NotImplementedError

    def say(self) -> None:
        raise NotImplementedError

    def answered(self) -> None:
        """Note how long the last message took; write the next, if there is time."""
        now = time.perf_counter()
        self.run.seconds.append(now - self.began)
        self.go_on(now)

    def go_on(self, now: float) -> None:
        if now >= self.until:
            self.ended.set_result(None)
            self.transport.close()
            return
        self.began = now
        self.say()


class HttpTalker(Talker):
    """Writes by POST."""

    token = b""

    def greet(self) -> None:
        self._post(b'[{"type":"hello"}]')

    def say(self) -> None:
        self._post(b"[" + message() + b"]")

    def _post(self, body: bytes) -> None:
        bearer = b"Authorization: Bearer %b\r\n" % self.token if self.token else b""
        self.transport.write(
            b"POST /chat/%b/frames HTTP/1.1\r\nHost: localhost\r\n%bContent-Length: %d\r\n\r\n%b"
            % (self.inbox, bearer, len(body), body)
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        found = _LENGTH.search(self.buffer, 0, end) if end >= 0 else None
        if found is None or len(self.buffer) < end + 4 + int(found[1]):
            return
        answer, self.buffer = self.buffer, b""
        if self.token and b'"ack"' in answer:
            self.answered()
        elif not self.token and (token := _TOKEN.search(answer)):
            self.token = token[1]
            self.known.set_result(None)
        else:
            self.ended.set_exception(RuntimeError(answer[-300:].decode(errors="replace")))
            self.transport.close()


class SocketTalker(Talker):
    """Writes over a socket."""

    is_open = is_known = False

    def greet(self) -> None:
        self.transport.write(
            b"GET /chat/%b/socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            % self.inbox
        )

    def say(self) -> None:
        self._frame(message())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            _head, found, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self.is_open = bool(found)
            if self.is_open:
                self._frame(b'{"type":"hello"}')
        while self.is_open and (frame := self._next()) is not None:
            self._hear(frame)

    def _hear(self, frame: bytes) -> None:
        if not self.is_known:
            self.is_known = True
            self.known.set_result(None)
        elif frame.startswith(b'{"type":"ack"'):
            self.answered()

    def _next(self) -> bytes | None:
        buffer = self.buffer
        if len(buffer) < 4:  # noqa: PLR2004
            return None
        length, start = buffer[1], 2
        if length == 126:  # noqa: PLR2004 - RFC 6455, 5.2
            length, start = int.from_bytes(buffer[2:4]), 4
        if len(buffer) < start + length:
            return None
        self.buffer = buffer[start + length :]
        return buffer[start : start + length]

    def _frame(self, text: bytes) -> None:
        size = len(text)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2)  # noqa: PLR2004
        self.transport.write(head + b"\0\0\0\0" + text)


def hammer(kind: type[Talker], port: int, inbox: str, pids: list[int], seconds: float) -> Run:
    """Let CLIENTS visitors talk for so long, once all of them are known; notes the CPU of ``pids``."""
    return uvloop.run(_hammer(kind, (port, inbox), pids, seconds))


async def _hammer(
    kind: type[Talker], where: tuple[int, str], pids: list[int], seconds: float
) -> Run:
    run, loop = Run(), asyncio.get_running_loop()
    port, inbox = where
    talkers: Sequence[Talker] = [
        (await loop.create_connection(lambda: kind(run, inbox), "127.0.0.1", port))[1]
        for _ in range(CLIENTS)
    ]
    await asyncio.gather(*(talker.known for talker in talkers))
    cpu, began = machine.cpu_seconds(pids), time.perf_counter()
    for talker in talkers:
        talker.until = began + seconds
        talker.go_on(began)
    await asyncio.gather(*(talker.ended for talker in talkers))
    run.lasted = time.perf_counter() - began
    run.cpu = machine.cpu_seconds(pids) - cpu
    return run
