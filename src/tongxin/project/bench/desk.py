"""An agent's socket: what happens in the workspace, as the desk in a browser hears it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import websockets

from tongxin.project.bench.house import House


@asynccontextmanager
async def at_desk(house: House) -> AsyncIterator[websockets.ClientConnection]:
    """Open the desk's socket, past hello and welcome."""
    ticket = house.run("tongxin.project.bench.ticket", str(house.keys["quick"]["member_id"]))
    url = f"ws://127.0.0.1:{house.port + 1}/desk/socket"
    async with websockets.connect(url, compression=None) as desk:
        await desk.send(json.dumps({"type": "hello", "ticket": ticket}))
        await desk.recv()
        yield desk


async def heard(desk: websockets.ClientConnection) -> str:
    """Wait for the fact that a message came; return the frame that told it."""
    while '"message.received"' not in (frame := str(await desk.recv())):
        pass
    return frame
