"""Visitors come in by socket."""

import asyncio
from contextlib import suppress

from django.utils.translation import gettext_lazy as _
from starlette.websockets import WebSocket

from tongxin.center.kit.batching import Full
from tongxin.center.kit.refusals import Refused
from tongxin.faces.live.admission import language_of, new_guest
from tongxin.faces.live.endings import AGAIN, close, ending, hello, next_text, told, write
from tongxin.faces.live.frames import read
from tongxin.faces.live.guests import Guest, admit, keep_pace, welcome
from tongxin.faces.live.hearing import hear, text_of


async def socket(websocket: WebSocket) -> None:
    """One visitor's socket, from hello to the end."""
    await websocket.accept()
    language = language_of(
        websocket.query_params.get("language") or websocket.headers.get("accept-language", "")
    )
    async with ending(websocket, language):
        origin = websocket.client.host if websocket.client else ""
        key = websocket.path_params["key"]
        guest = await new_guest(websocket.app.state, key, language, origin)
        try:
            await _greet(guest, await hello(websocket))
            await _serve(websocket, guest)
        finally:
            guest.hub.leave(guest.line)


async def _greet(guest: Guest, frame: dict[str, object]) -> None:
    await admit(guest, token=text_of(frame, "token"), jwt=text_of(frame, "jwt"))
    keep_pace(guest)
    await welcome(guest)


async def _serve(websocket: WebSocket, guest: Guest) -> None:
    writer = asyncio.create_task(write(websocket, guest.line))
    try:
        while not guest.line.is_overrun:
            text = await next_text(websocket)
            keep_pace(guest)
            await _hear(guest, text)
        await close(websocket, AGAIN)
    finally:
        writer.cancel()


async def _hear(guest: Guest, text: str) -> None:
    try:
        frame = read(text)
    except ValueError:
        malformed = Refused("request.malformed", _("This is not JSON."))
        guest.line.send(told(malformed, guest.language))
        return
    if isinstance(frame, dict):
        with suppress(Full):  # without an acknowledgement it comes again
            await hear(guest, frame)
