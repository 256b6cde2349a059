"""The wire, put together: one small ASGI app under uvicorn."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

from starlette.applications import Starlette  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.middleware.cors import CORSMiddleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import PlainTextResponse, Response  # noqa: E402
from starlette.routing import Route, WebSocketRoute  # noqa: E402

from tongxin.faces.live import chat, desk, polling  # noqa: E402
from tongxin.faces.live.database import ask  # noqa: E402
from tongxin.faces.live.hub import Hub  # noqa: E402
from tongxin.faces.live.intake import new_intake  # noqa: E402
from tongxin.faces.live.news import News  # noqa: E402
from tongxin.faces.live.pace import Pace  # noqa: E402
from tongxin.service.team.actions import keep_alive  # noqa: E402

_KEEP_ALIVE_EVERY = 20
_PATIENCE = 5
_ARRIVALS = (
    1200,
    600,
)  # at once and a second, of one address: a whole company, or a proxy, may stand behind it


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Listen and keep desks alive while we serve; finish what was taken in before we go."""
    # The thread that writes comes back from the database many times a batch; with Python's 5 ms it would
    # wait that long each time for the loop to let go.
    sys.setswitchinterval(0.0005)
    app.state.hub, app.state.intake, app.state.desks = Hub(), new_intake(), set()
    app.state.pace, app.state.arrivals = Pace(), Pace(*_ARRIVALS)
    news = News(app.state.hub)
    tasks = [
        asyncio.create_task(news.listen()),
        asyncio.create_task(news.queue.keep_telling()),
        asyncio.create_task(_keep_alive(app)),
    ]
    with suppress(TimeoutError):  # without a database nobody can be let in anyway
        await asyncio.wait_for(news.is_listening.wait(), _PATIENCE)
    yield
    for task in tasks:
        task.cancel()
    await app.state.intake.drain()


async def _keep_alive(app: Starlette) -> None:
    """Note whose desks have given a sign of life since the last time."""
    while True:
        await asyncio.sleep(_KEEP_ALIVE_EVERY)
        heard_of, app.state.desks = app.state.desks, set()
        if heard_of:
            await ask(keep_alive, member_ids=heard_of, now=datetime.now(UTC))


async def health(request: Request) -> Response:
    return PlainTextResponse("ok")


_house = Starlette(
    routes=[
        Route("/health", health),
        Route("/chat/{key}/frames", polling.get_frames, methods=["GET"]),
        WebSocketRoute("/chat/{key}/socket", chat.socket),
        WebSocketRoute("/desk/socket", desk.socket),
    ],
    middleware=[
        Middleware(
            CORSMiddleware,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
            max_age=3600,
        ),
    ],
    lifespan=lifespan,
)
application = polling.Door(_house)
