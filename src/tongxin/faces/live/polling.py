"""Visitors whose sockets are blocked: frames by plain HTTP.

Posting is the hottest door of the house, so it is answered before the framework's layers (`Door`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tongxin.center.kit.batching import Full
from tongxin.center.kit.ids import internal_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.live.admission import admit_by_bearer, language_of, new_guest, remember
from tongxin.faces.live.endings import broken, busy, told
from tongxin.faces.live.frames import read
from tongxin.faces.live.guests import Guest, catch_up, keep_pace, listen
from tongxin.faces.live.hearing import hear
from tongxin.faces.live.hub import Overrun, encode

_LARGEST_BODY, _MOST_FRAMES, _LONGEST_WAIT = 256 * 1024, 20, 25
_STATUS = {
    Reason.MISSING: 404, Reason.FORBIDDEN: 401, Reason.TOO_LARGE: 413, Reason.LIMITED: 429,
}  # fmt: skip
_JSON, _PROBLEM = "application/json", "application/problem+json"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """An answer on its way out."""

    status: int
    kind: str
    body: bytes
    retry_after: int = 0

    @property
    def headers(self) -> dict[str, str]:
        again = {"retry-after": str(self.retry_after)} if self.retry_after else {}
        return {"content-type": self.kind, **again}


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
            await _answer(send, await self._post(parts[2], scope, receive))
        else:
            await self.app(scope, receive, send)

    async def _post(self, key: str, scope: Scope, receive: Receive) -> Reply:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        language = _language(scope, headers)
        bearer = headers.get(b"authorization", b"").decode("latin-1")
        origin = scope["client"][0] if scope.get("client") else ""

        async def texts() -> list[str]:
            guest = await new_guest(self.app.state, key, language, origin)
            try:
                await admit_by_bearer(guest, bearer)
                frames = _frames(await _body(receive))
                keep_pace(guest, max(1, len(frames)))
                return await _heard(guest, frames)
            finally:
                guest.hub.leave(guest.line)

        return await _replied(texts, language)


async def _replied(texts: Callable[[], Awaitable[Sequence[str]]], language: str) -> Reply:
    """Reply with frames; or with a problem that says what went wrong, whatever it was."""
    try:
        return Reply(200, _JSON, f"[{','.join(await texts())}]".encode())
    except Refused as refused:
        return _problem(_STATUS.get(refused.reason, 422), refused, language)
    except (Full, OperationalError, InterfaceError):
        return _problem(503, busy(), language)
    except Exception:
        log.exception("a frame broke")
        return _problem(500, broken(), language)


async def _heard(guest: Guest, frames: Sequence[dict[str, Any]]) -> list[str]:
    """Do what the frames ask, one after the other; return the frames that this caused."""
    for frame in frames:
        await hear(guest, frame)
    remember(guest)
    return guest.line.taken()


async def get_frames(request: Request) -> Response:
    """Answer as soon as there is news for a polling visitor, or when the wait is over."""
    language = request.query_params.get("language") or request.headers.get("accept-language", "")
    origin = request.client.host if request.client else ""

    async def texts() -> list[str]:
        guest = await new_guest(request.app.state, request.path_params["key"], language, origin)
        try:
            await admit_by_bearer(guest, request.headers.get("authorization", ""))
            keep_pace(guest)
            return await _news(guest, _after(request), _wait(request))
        finally:
            guest.hub.leave(guest.line)

    reply = await _replied(texts, language)
    return Response(reply.body, reply.status, headers=reply.headers)


async def _news(guest: Guest, after: int, seconds: float) -> list[str]:
    if guest.visitor is None:
        return []
    listen(guest)
    news = await catch_up(guest, after)
    texts = [encode(frame) for frame in news]
    if any(frame["type"] == "message" for frame in news):
        return texts
    with suppress(TimeoutError, Overrun):
        return [await asyncio.wait_for(guest.line.next(), seconds), *guest.line.taken()]
    return texts


async def _answer(send: Send, reply: Reply) -> None:
    headers = [
        *((name.encode(), value.encode()) for name, value in reply.headers.items()),
        (b"content-length", b"%d" % len(reply.body)),
        (b"access-control-allow-origin", b"*"),
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


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


def _problem(status: int, refused: Refused, language: str) -> Reply:
    answer = told(refused, language_of(language))
    retry_after = answer.get("retry_after") or (1 if status == 503 else 0)  # noqa: PLR2004
    body = {
        "type": "about:blank",
        "status": status,
        "code": refused.code,
        "detail": answer["detail"],
    }
    return Reply(status, _PROBLEM, orjson.dumps(body), retry_after)
