"""Visitors come in: by socket, or by plain HTTP where sockets are blocked."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

from django.utils.translation import get_supported_language_variant
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from tongxin.center.kit.batching import Full
from tongxin.center.kit.ids import internal_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.live.database import ask
from tongxin.faces.live.guests import Guest, admit, catch_up, hear, look_up, welcome
from tongxin.faces.live.hub import Line, Overrun
from tongxin.service.channels.queries import inbox_by_key
from tongxin.service.channels.values import InboxRow
from tongxin.service.channels.visitors import Visitor

NOT_VALID, NO_INBOX, TOO_FAST, OVERRUN = 4401, 4404, 4429, 1013
_HELLO_WITHIN = 15
_LARGEST_BODY, _MOST_FRAMES, _LONGEST_WAIT = 256 * 1024, 20, 25
_KNOWN_FOR = 10
_MOST_REMEMBERED = 20_000
_inboxes: dict[str, tuple[float, InboxRow]] = {}
_visitors: dict[tuple[int, str], tuple[float, Visitor | None, int, int]] = {}
_NOBODY: tuple[float, Visitor | None, int, int] = (0.0, None, 0, 0)


async def socket(websocket: WebSocket) -> None:
    """One visitor's socket, from hello to the end."""
    await websocket.accept()
    try:
        inbox = await _inbox(websocket.path_params["key"])
        guest = _guest(websocket, inbox)
        await _greet(websocket, guest)
    except Refused as refused:
        code = NO_INBOX if refused.reason is Reason.MISSING else NOT_VALID
        await websocket.close(code, refused.code)
        return
    except (WebSocketDisconnect, TimeoutError, ValueError):
        with suppress(RuntimeError):
            await websocket.close(NOT_VALID)
        return
    await _serve(websocket, guest)


async def post_frames(request: Request) -> Response:
    """Take frames by HTTP and answer what they caused."""
    try:
        guest = await _from_request(request)
        frames = _frames(await _body(request))
        for frame in frames:
            await hear(guest, frame)
        if guest.visitor is not None:
            _remember(guest, guest.token)
        return JSONResponse(guest.line.taken())
    except Refused as refused:
        return _problem(refused)
    except Full:
        return JSONResponse({"code": "busy", "status": 503}, 503, {"Retry-After": "1"})
    finally:
        _leave(request)


async def get_frames(request: Request) -> Response:
    """Answer as soon as there is news for a polling visitor, or when the wait is over."""
    try:
        guest = await _from_request(request)
        after = _after(request.query_params.get("after", ""))
        news = await catch_up(guest, after)
        if not any(frame["type"] == "message" for frame in news):
            news = await _wait(guest, _wait_of(request)) or news
        return JSONResponse(news)
    except Refused as refused:
        return _problem(refused)
    finally:
        _leave(request)


async def _greet(websocket: WebSocket, guest: Guest) -> None:
    first = json.loads(await asyncio.wait_for(websocket.receive_text(), _HELLO_WITHIN))
    if not isinstance(first, dict) or first.get("type") != "hello":
        raise ValueError("hello")
    token, jwt = first.get("token"), first.get("jwt")
    await admit(
        guest, token=token if isinstance(token, str) else "", jwt=jwt if isinstance(jwt, str) else ""
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
                frame = json.loads(text)
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


async def _inbox(key: str) -> InboxRow:
    """Return an inbox, remembered for some seconds: every visitor asks for the same few."""
    known = _inboxes.get(key)
    if known is None or known[0] < time.monotonic():
        known = (time.monotonic() + _KNOWN_FOR, await ask(inbox_by_key, key=key))
        if len(_inboxes) > 1000:  # noqa: PLR2004
            _inboxes.clear()
        _inboxes[key] = known
    return known[1]


def _guest(door: WebSocket | Request, inbox: InboxRow) -> Guest:
    state = door.app.state
    return Guest(state.hub, state.intake, inbox, Line(), _language(door))


def _language(door: WebSocket | Request) -> str:
    wanted = door.query_params.get("language") or door.headers.get("accept-language", "")
    with suppress(LookupError):
        return get_supported_language_variant("zh-hans" if wanted.lower().startswith("zh") else wanted[:2])
    return "en"


async def _from_request(request: Request) -> Guest:
    inbox = await _inbox(request.path_params["key"])
    guest = _guest(request, inbox)
    request.state.guest = guest
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token and not _recall(guest, token):
        await admit(guest, token=token.strip())
        await look_up(guest)
        _remember(guest, token)
    return guest


def _recall(guest: Guest, token: str) -> bool:
    """Know a visitor again who came by HTTP a moment ago, without asking the database."""
    until, visitor, person_id, conversation_id = _visitors.get((guest.inbox.id, token), _NOBODY)
    if until < time.monotonic() or visitor is None:
        return False
    guest.visitor, guest.token = visitor, token
    guest.person_id, guest.conversation_id = person_id, conversation_id
    guest.hub.join(guest.line, guest.topic)
    return True


def _remember(guest: Guest, token: str) -> None:
    if len(_visitors) > _MOST_REMEMBERED:
        _visitors.clear()
    until = time.monotonic() + _KNOWN_FOR
    _visitors[guest.inbox.id, token] = until, guest.visitor, guest.person_id, guest.conversation_id


def _leave(request: Request) -> None:
    guest: Guest | None = getattr(request.state, "guest", None)
    if guest is not None:
        guest.hub.leave(guest.line)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refused("request.too_large", "at most 256 KB", Reason.TOO_LARGE)
    return body


def _frames(body: bytes) -> list[dict[str, Any]]:
    try:
        frames = json.loads(body)
    except ValueError:
        raise Refused("request.malformed", "not JSON") from None
    if not isinstance(frames, list) or len(frames) > _MOST_FRAMES:
        raise Refused("request.invalid", "an array of at most 20 frames")
    return [frame for frame in frames if isinstance(frame, dict)]


async def _wait(guest: Guest, seconds: float) -> list[Any]:
    with suppress(TimeoutError, Overrun):
        first = await asyncio.wait_for(guest.line.next(), seconds)
        return [json.loads(first), *guest.line.taken()]
    return []


def _after(given: str) -> int:
    try:
        return internal_id("msg", given)
    except ValueError:
        return 0


def _wait_of(request: Request) -> float:
    try:
        return min(_LONGEST_WAIT, max(0.0, float(request.query_params.get("wait", "0"))))
    except ValueError:
        return 0.0


def _problem(refused: Refused) -> Response:
    status = {Reason.MISSING: 404, Reason.FORBIDDEN: 401, Reason.TOO_LARGE: 413}.get(refused.reason, 422)
    body = {"type": "about:blank", "status": status, "code": refused.code, "detail": str(refused.detail)}
    return JSONResponse(body, status, media_type="application/problem+json")
