"""Cheap clients: they share the machine with what they measure."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

import websockets


@dataclass
class Run:
    """What a load brought: seconds per answer, how long it all took, and the CPU it cost the house."""

    seconds: list[float] = field(default_factory=list)
    lasted: float = 0.0
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.lasted if self.lasted else 0.0


class Http:
    """One keep-alive connection that speaks just enough HTTP/1.1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Http":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(
        self, method: str, path: str, headers: str = "", body: bytes = b""
    ) -> tuple[int, bytes]:
        """Return status and body; headers are complete lines."""
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n"
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        size, chunked = _length(answer)
        content = await self._chunks() if chunked else await self._reader.readexactly(size)
        return int(answer[9:12]), content

    async def _chunks(self) -> bytes:
        content = b""
        while size := int((await self._reader.readline()).strip(), 16):
            content += await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()
        return content

    def close(self) -> None:
        self._writer.close()


def _length(head: bytes) -> tuple[int, bool]:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:]), False
        if line.startswith(b"transfer-encoding: chunked"):
            return 0, True
    return 0, False


async def hammer(
    clients: int, seconds: float, client: Callable[[Run, float], Awaitable[None]]
) -> Run:
    """Let so many clients ask again and again for so long."""
    run = Run()
    began = time.perf_counter()
    await asyncio.gather(*(client(run, began + seconds) for _ in range(clients)))
    run.lasted = time.perf_counter() - began
    return run


class connected:  # noqa: N801 - used as a verb
    """A visitor's socket, after hello and welcome."""

    def __init__(self, port: int, inbox: str) -> None:
        self._opening = websockets.connect(
            f"ws://127.0.0.1:{port}/chat/{inbox}/socket",
            compression=None,
            ping_interval=None,
            open_timeout=60,
        )

    async def __aenter__(self) -> websockets.ClientConnection:
        socket = await self._opening.__aenter__()
        await socket.send('{"type":"hello"}')
        await socket.recv()
        return socket

    async def __aexit__(self, *raised: object) -> None:
        await self._opening.__aexit__(*raised)  # type: ignore[arg-type]


def message(text: str = "你好，我的快递到哪了？订单 20871") -> bytes:
    frame = {"type": "message", "client_id": str(uuid4()), "text": text}
    return json.dumps(frame, ensure_ascii=False).encode()
