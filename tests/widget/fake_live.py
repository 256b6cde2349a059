"""A stand-in for `live` that speaks docs/wire.md from memory, and can be unkind in every way."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.widget import pages

Frame = dict[str, Any]
PROBLEM = "application/problem+json"
_EDITABLE = timedelta(hours=24)


@dataclass
class Fake:
    """One inbox and one visitor, kept over restarts like a database would."""

    color: str = "#0f7b6c"
    greeting: str | None = None
    largest: int = 20 * 1024 * 1024
    messages: list[Frame] = field(default_factory=list)
    conversation: Frame | None = None
    email: str | None = None
    tokens: dict[str, bool] = field(default_factory=dict)
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    heard: list[Frame] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)  # by which token each socket message came
    # how unkind to be
    refuse_sockets: bool = False
    refuse_all: bool = False
    delay: float = 0
    lose_acks: int = 0
    double: bool = False
    no_to: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = count(1)
        self._sockets: set[WebSocket] = set()
        self._news = asyncio.Condition()
        self.live = ""
        self._handlers: dict[str, Callable[[Frame], Awaitable[list[Frame]]]] = {
            "hello": self._hello, "message": self._take, "rate": self._rate, "email": self._email,
            "seen": self._mark, "got": self._mark, "ping": self._ping,
            "earlier": self._earlier,
        }  # fmt: skip

    # what an agent does

    async def say(self, text: str, html: str = "", author: str = "王敏") -> Frame:
        message = self._message("agent", text, author=author, html=html or f"<p>{text}</p>")
        await self._tell({"type": "message", "message": message})
        return message

    async def tell(self, frame: Frame) -> None:
        await self._tell(frame)

    async def read(self) -> None:
        last = [m for m in self.messages if m["from"] == "visitor"][-1]
        for message in self.messages:
            if message["from"] == "visitor":
                message["state"] = "read"
        await self._tell({"type": "state", "state": "read", "upto": last["id"], "from": "visitor"})

    async def converse(self, **changes: object) -> None:
        self.conversation = {**(self.conversation or self._conversation()), **changes}
        await self._tell({"type": "conversation", "conversation": self.conversation})

    async def drop(self, code: int = 1011) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(code)
        self._sockets.clear()

    async def hears(self, kind: str) -> None:
        """Wait until a frame of this type has come."""
        async with asyncio.timeout(10):
            while not any(frame["type"] == kind for frame in self.heard):
                await asyncio.sleep(0.02)

    def texts(self) -> list[str]:
        return [m["text"] for m in self.messages]

    # the wire

    async def answer(self, frame: Frame) -> list[Frame]:
        """Take one frame; return what it causes for the one who sent it."""
        self.heard.append(frame)
        handler = self._handlers.get(frame["type"])
        return await handler(frame) if handler else []

    async def _hello(self, frame: Frame) -> list[Frame]:
        token, jwt = frame.get("token"), frame.get("jwt")
        if token is not None and token not in self.tokens:
            raise PermissionError
        if jwt == "bad":
            raise PermissionError
        if jwt or token is None:
            token = f"token-{len(self.tokens) + 1}"
            self.tokens[token] = bool(jwt)
        return [
            {
                "type": "welcome", "token": token, "verified": self.tokens[token], "name": None,
                "conversation": self.conversation, "messages": self.messages[-50:],
                "more": len(self.messages) > 50,
            }
        ]  # fmt: skip

    async def _earlier(self, frame: Frame) -> list[Frame]:
        end = next(i for i, m in enumerate(self.messages) if m["id"] == frame["before"])
        said = self.messages[max(0, end - 50) : end]
        return [{"type": "earlier", "messages": said, "more": end > 50}]

    async def _take(self, frame: Frame) -> list[Frame]:
        await asyncio.sleep(self.delay)
        client_id = frame["client_id"]
        if code := self.no_to.get(frame["text"]):
            return [
                {
                    "type": "refused",
                    "client_id": client_id,
                    "code": code,
                    "detail": "这条消息被拒绝了。",
                }
            ]
        found = next((m for m in self.messages if m["client_id"] == client_id), None)
        if found is None:
            files = [self.file(i) for i in frame["files"]]
            found = self._message("visitor", frame["text"], client_id=client_id, files=files)
            self.conversation = self.conversation or self._conversation()
            self.conversation["status"] = "open"
            await self._tell({"type": "message", "message": found})
            await self._tell({"type": "conversation", "conversation": self.conversation})
        if self.lose_acks:
            self.lose_acks -= 1
            raise ConnectionError
        ack = {"type": "ack", "client_id": client_id, "message": found}
        return [ack, ack] if self.double else [ack]

    async def _rate(self, frame: Frame) -> list[Frame]:
        until = datetime.now(UTC) + _EDITABLE
        rating = {k: frame.get(k) for k in ("score", "solved", "comment")}
        await self.converse(rating={**rating, "editable_until": stamp(until)})
        return []

    async def _email(self, frame: Frame) -> list[Frame]:
        self.email = frame["email"]
        return [{"type": "email", "email": self.email}]

    async def _ping(self, frame: Frame) -> list[Frame]:
        return [{"type": "pong"}]

    async def _mark(self, frame: Frame) -> list[Frame]:
        state = "read" if frame["type"] == "seen" else "delivered"
        for message in self.messages:
            if message["from"] == "agent" and message["state"] != "read":
                message["state"] = state
            if message["id"] == frame["message_id"]:
                break
        return []

    async def _tell(self, frame: Frame) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_json(frame)
                if self.double:
                    await socket.send_json(frame)
        async with self._news:
            self._news.notify_all()

    def _conversation(self) -> Frame:
        return {"id": "c1", "status": "open", "agent": None, "rating": None}

    def _message(self, side: str, text: str, **more: object) -> Frame:
        message = {
            "id": f"m{next(self._ids)}", "client_id": None, "from": side, "author": None,
            "text": text, "html": "", "files": [], "at": stamp(datetime.now(UTC)), "state": "sent",
            **more,
        }  # fmt: skip
        self.messages.append(message)
        return message

    def file(self, file_id: str) -> Frame:
        name, content_type, content = self.files[file_id]
        return {
            "id": file_id, "name": name, "type": content_type, "size": len(content),
            "url": f"/files/{file_id}/{name}", "width": None, "height": None,
        }  # fmt: skip

    # the doors

    async def socket(self, socket: WebSocket) -> None:
        if self.refuse_sockets or self.refuse_all:
            await socket.close()
            return
        await socket.accept()
        self._sockets.add(socket)
        try:
            await self._converse(socket)
        except (PermissionError, ConnectionError) as error:
            await socket.close(4401 if isinstance(error, PermissionError) else 1011)
        except (RuntimeError, WebSocketDisconnect):
            pass  # dropped on purpose
        finally:
            self._sockets.discard(socket)

    async def _converse(self, socket: WebSocket) -> None:
        token = ""
        async for frame in socket.iter_json():
            if frame["type"] == "message":
                self.authors.append(token)
            for answer in await self.answer(frame):
                token = answer.get("token", token)
                await socket.send_json(answer)

    async def post(self, request: Request) -> Response:
        if self.refuse_all:
            return Response(status_code=503)
        try:
            answers = [a for frame in await request.json() for a in await self.answer(frame)]
        except PermissionError:  # as the real one tells it
            answers = [{"type": "refused", "code": "visitor.claim", "detail": "无法核实登录。"}]
        return JSONResponse(answers)

    async def poll(self, request: Request) -> Response:
        if self.refuse_all:
            return Response(status_code=503)
        after = request.query_params.get("after")
        frames = self._since(after)
        if not frames:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2), self._news:
                    await self._news.wait()
            frames = self._since(after)
        conversation = {"type": "conversation", "conversation": self.conversation}
        return JSONResponse([*frames, conversation])

    def _since(self, after: str | None) -> list[Frame]:
        ids = [m["id"] for m in self.messages]
        start = ids.index(after) + 1 if after in ids else 0
        return [{"type": "message", "message": m} for m in self.messages[start:]]

    async def upload(self, request: Request) -> Response:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return JSONResponse({"code": "visitor.token", "detail": "?"}, 401, media_type=PROBLEM)
        name = unquote(request.headers["x-file-name"])
        content = await request.body()
        await asyncio.sleep(self.delay)
        if name.endswith(".png") and not content.startswith(b"\x89PNG"):
            no = {"code": "file.type", "detail": "这不是图片。"}
            return JSONResponse(no, 400, media_type=PROBLEM)
        file_id = f"f{len(self.files) + 1}"
        content_type = "image/png" if name.endswith(".png") else "application/pdf"
        self.files[file_id] = (name, content_type, content)
        return JSONResponse({"file": self.file(file_id)}, 201)

    async def download(self, request: Request) -> Response:
        _name, content_type, content = self.files[request.path_params["id"]]
        return Response(content, media_type=content_type)

    async def config(self, request: Request) -> Response:
        if request.path_params["key"] != "demo":
            return JSONResponse({"code": "inbox.missing"}, 404, media_type=PROBLEM)
        return JSONResponse(pages.config(self, request.query_params.get("language", "en")))

    async def page(self, request: Request) -> Response:
        html = pages.shop(self.live, request.url.path, dict(request.query_params))
        return HTMLResponse(html, headers={"Content-Security-Policy": pages.policy(self.live)})

    def app(self) -> Starlette:
        routes = [
            Route("/widget.js", lambda _request: FileResponse(pages.SCRIPT)),
            Route("/widget/{key}/config", self.config),
            Route("/widget/{key}/files", self.upload, methods=["POST"]),
            Route("/files/{id}/{name}", self.download),
            Route("/chat/{key}/frames", self.poll, methods=["GET"]),
            Route("/chat/{key}/frames", self.post, methods=["POST"]),
            WebSocketRoute("/chat/{key}/socket", self.socket),
            Route("/{page:path}", self.page),
        ]
        every = ["*"]
        cors = Middleware(
            CORSMiddleware, allow_origins=every, allow_methods=every, allow_headers=every
        )
        return Starlette(routes=routes, middleware=[cors])


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
