"""Visitors come in by socket."""

import asyncio
import time
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from tongxin.center.kit.batching import Full
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.live.admission import new_guest
from tongxin.faces.live.frames import read
from tongxin.faces.live.guests import Guest, admit, welcome
from tongxin.faces.live.hearing import hear
from tongxin.faces.live.hub import Line, Overrun

NOT_VALID, NO_INBOX, TOO_FAST, OVERRUN = 4401, 4404, 4429, 1013
_HELLO_WITHIN = 15


async def socket(websocket: WebSocket) -> None:
    """One visitor's socket, from hello to the end."""
    await websocket.accept()
    language = websocket.query_params.get("language") or websocket.headers.get(
        "accept-language", ""
    )
    try:
        guest = await new_guest(websocket.app.state, websocket.path_params["key"], language)
        await _greet(websocket, guest)
    except Refused as refused:
        code = NO_INBOX if refused.reason is Reason.MISSING else NOT_VALID
        await websocket.close(code, refused.code)
        return
    except (WebSocketDisconnect, TimeoutError, ValueError, KeyError):
        with suppress(RuntimeError):
            await websocket.close(NOT_VALID)
        return
    await _serve(websocket, guest)


async def _greet(websocket: WebSocket, guest: Guest) -> None:
    first = read(await asyncio.wait_for(websocket.receive_text(), _HELLO_WITHIN))
    if not isinstance(first, dict) or first.get("type") != "hello":
        raise ValueError("hello")
    token, jwt = first.get("token"), first.get("jwt")
    await admit(
        guest,
        token=token if isinstance(token, str) else "",
        jwt=jwt if isinstance(jwt, str) else "",
    )
    await welcome(guest)


async def _serve(websocket: WebSocket, guest: Guest) -> None:
    writer = asyncio.create_task(write(websocket, guest.line))
    try:
        while True:
            text = await websocket.receive_text()
            if not guest.pace.take(time.monotonic()):
                await websocket.close(TOO_FAST)
                return
            with suppress(ValueError, Full):
                frame = read(text)
                if isinstance(frame, dict):
                    await hear(guest, frame)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        pass
    finally:
        guest.hub.leave(guest.line)
        writer.cancel()


async def write(websocket: WebSocket, line: Line) -> None:
    """Carry a line's frames to its browser until it goes, or falls too far behind."""
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            while True:
                await websocket.send_text(await line.next())
        except Overrun:
            await websocket.close(OVERRUN)
