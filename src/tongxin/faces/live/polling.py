"""Visitors whose sockets are blocked: frames by plain HTTP.

Posting is the hottest door of the house, so it is answered before the framework's layers (`Door`).
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tongxin.center.kit.batching import Full
from tongxin.center.kit.ids import internal_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.live.admission import admit_by_bearer, language_of, new_guest, remember
from tongxin.faces.live.frames import read
from tongxin.faces.live.guests import Guest, catch_up
from tongxin.faces.live.hearing import hear
from tongxin.faces.live.hub import Overrun, encode

_LARGEST_BODY, _MOST_FRAMES, _LONGEST_WAIT = 256 * 1024, 20, 25
_STATUS = {Reason.MISSING: 404, Reason.FORBIDDEN: 401, Reason.TOO_LARGE: 413}
_JSON, _PROBLEM = b"application/json", b"application/problem+json"


class Door:
    """The whole wire, with a short way for ``POST /chat/<inbox key>/frames``."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        parts = scope["path"].split("/")
        if len(parts) == 4 and parts[1] == "chat" and parts[3] == "frames":  # noqa: PLR2004
            status, kind, body = await self._post(parts[2], scope, receive)
            await _answer(send, status, kind, body)
        else:
            await self.app(scope, receive, send)

    async def _post(self, key: str, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        language = _language(scope, headers)
        try:
            guest = await new_guest(self.app.state, key, language)
            await admit_by_bearer(guest, headers.get(b"authorization", b"").decode("latin-1"))
            frames = _frames(await _body(receive))
            return 200, _JSON, _array(await _heard(guest, frames))
        except Refused as refused:
            return _problem(refused, language)
        except Full:
            return 503, _PROBLEM, b'{"type":"about:blank","status":503,"code":"busy"}'


async def _heard(guest: Guest, frames: Sequence[dict[str, Any]]) -> list[str]:
    """Do what the frames ask, one after the other; return the frames that this caused."""
    try:
        for frame in frames:
            await hear(guest, frame)
    finally:
        guest.hub.leave(guest.line)
    remember(guest)
    return guest.line.taken()


async def get_frames(request: Request) -> Response:
    """Answer as soon as there is news for a polling visitor, or when the wait is over."""
    language = request.query_params.get("language") or request.headers.get("accept-language", "")
    try:
        guest = await new_guest(request.app.state, request.path_params["key"], language)
        await admit_by_bearer(guest, request.headers.get("authorization", ""))
    except Refused as refused:
        status, kind, body = _problem(refused, language)
        return Response(body, status, media_type=kind.decode())
    try:
        texts = await _news(guest, _after(request), _wait(request))
    finally:
        guest.hub.leave(guest.line)
    return Response(_array(texts), media_type=_JSON.decode())


async def _news(guest: Guest, after: int, seconds: float) -> list[str]:
    if guest.visitor is None:
        return []
    guest.hub.join(guest.line, guest.topic)
    news = await catch_up(guest, after)
    texts = [encode(frame) for frame in news]
    if any(frame["type"] == "message" for frame in news):
        return texts
    with suppress(TimeoutError, Overrun):
        return [await asyncio.wait_for(guest.line.next(), seconds), *guest.line.taken()]
    return texts


async def _answer(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"access-control-allow-origin", b"*"),
    ]
    if status == 503:  # noqa: PLR2004
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        event = await receive()
        chunk: bytes = event.get("body", b"")
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refused("request.too_large", _("Send at most 256 KB at once."), Reason.TOO_LARGE)
        if not event.get("more_body"):
            return body


def _frames(body: bytes) -> list[dict[str, Any]]:
    try:
        frames = read(body)
    except ValueError:
        raise Refused("request.malformed", _("This is not JSON.")) from None
    if not isinstance(frames, list) or len(frames) > _MOST_FRAMES:
        raise Refused("request.invalid", _("Send an array of at most 20 frames."))
    return [frame for frame in frames if isinstance(frame, dict)]


def _language(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    query: bytes = scope["query_string"]
    asked = query.rpartition(b"language=")[2].partition(b"&")[0]
    return (asked or headers.get(b"accept-language", b"")).decode("latin-1")


def _array(texts: Sequence[str]) -> bytes:
    return f"[{','.join(texts)}]".encode()


def _after(request: Request) -> int:
    try:
        return internal_id("msg", request.query_params.get("after", ""))
    except ValueError:
        return 0


def _wait(request: Request) -> float:
    try:
        return min(_LONGEST_WAIT, max(0.0, float(request.query_params.get("wait", "0"))))
    except ValueError:
        return 0.0


def _problem(refused: Refused, language: str) -> tuple[int, bytes, bytes]:
    with translation.override(language_of(language)):
        detail = str(refused.detail)
    status = _STATUS.get(refused.reason, 422)
    body = {
        "type": "about:blank",
        "status": status,
        "code": refused.code,
        "detail": detail,
    }
    return status, _PROBLEM, orjson.dumps(body)
