"""How a socket begins and ends: whatever goes wrong, the other side hears a code and why."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from starlette.websockets import WebSocket, WebSocketDisconnect

from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.live.frames import read
from tongxin.faces.live.hub import Line, Overrun, encode
from tongxin.faces.live.pace import TooFast

NOT_VALID, NO_INBOX, TOO_FAST, AGAIN, BINARY, BROKEN = 4401, 4404, 4429, 1013, 1003, 1011
_BY_REASON = {Reason.MISSING: NO_INBOX, Reason.LIMITED: TOO_FAST}
_HELLO_WITHIN = 15

log = logging.getLogger(__name__)


class Binary(Exception):
    """Frames are text."""


@asynccontextmanager
async def ending(websocket: WebSocket, language: str) -> AsyncIterator[None]:
    """End the socket for whatever is raised inside."""
    try:
        yield
    except TooFast as refused:
        with suppress(WebSocketDisconnect, RuntimeError):
            await websocket.send_text(encode(told(refused, language)))
        await close(websocket, TOO_FAST, refused.code)
    except Refused as refused:
        await close(websocket, _BY_REASON.get(refused.reason, NOT_VALID), refused.code)
    except Binary:
        await close(websocket, BINARY, "frame.binary")
    except (WebSocketDisconnect, RuntimeError):
        pass
    except Exception:
        log.exception("a session broke")
        await close(websocket, BROKEN, broken().code)


async def hello(websocket: WebSocket) -> dict[str, Any]:
    """Return the first frame. Raises Refused (``hello.invalid``)."""
    try:
        frame = read(await asyncio.wait_for(next_text(websocket), _HELLO_WITHIN))
    except (ValueError, TimeoutError, Binary):
        frame = None
    if not isinstance(frame, dict) or frame.get("type") != "hello":
        raise Refused("hello.invalid", _("Say hello first."), Reason.FORBIDDEN)
    return frame


async def next_text(websocket: WebSocket) -> str:
    """Return the next frame's text. Raises Binary, and what starlette raises at the end."""
    try:
        return await websocket.receive_text()
    except KeyError:
        raise Binary from None


async def write(websocket: WebSocket, line: Line) -> None:
    """Carry a line's frames to its browser until it goes, or is to come back fresh."""
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            while True:
                await websocket.send_text(await line.next())
        except Overrun:
            await websocket.close(AGAIN)


def broken() -> Refused:
    return Refused("broken", _("Something broke on our side. It was noted."))


def busy() -> Refused:
    return Refused("busy", _("Please try again in a second."))


def told(refused: Refused, language: str) -> dict[str, Any]:
    """Return a refusal as a frame."""
    with translation.override(language):
        frame = {"type": "refused", "code": refused.code, "detail": str(refused.detail)}
    return {**frame, "retry_after": refused.retry_after} if isinstance(refused, TooFast) else frame


async def close(websocket: WebSocket, code: int, reason: str = "") -> None:
    """Hang up, unless the other side did."""
    with suppress(WebSocketDisconnect, RuntimeError):
        await websocket.close(code, reason)
