"""Nobody is connected and hears nothing: what was told before one listened is asked for anew."""

import asyncio
from typing import Any

import psycopg
import pytest
from starlette.applications import Starlette

from tests.make.loops import run
from tongxin.center.kit.signals import connection_info
from tongxin.faces.live.app import lifespan
from tongxin.faces.live.hub import Hub, Line
from tongxin.faces.live.news import News

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that takes its time to answer."""
    near = psycopg.AsyncConnection.connect

    async def connect(*args: Any, **settings: Any) -> Any:
        await asyncio.sleep(0.2)
        return await near(*args, **settings)

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", connect)


def listeners() -> int:
    with psycopg.connect(connection_info()) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        ).fetchone()
    return int(found[0]) if found else 0


@pytest.mark.usefixtures("far_away")
def test_the_wire_lets_nobody_in_before_it_listens() -> None:
    async def start() -> int:
        async with lifespan(Starlette()):
            return listeners()

    assert run(start()) == 1


@pytest.mark.usefixtures("far_away")
def test_who_came_before_it_listened_is_sent_away_to_ask_anew() -> None:
    async def start() -> tuple[bool, bool]:
        news, early, late = News(Hub()), Line(), Line()
        news.hub.join(early, "early")
        listening = asyncio.create_task(news.listen())
        await asyncio.wait_for(news.is_listening.wait(), 20)
        news.hub.join(late, "late")
        listening.cancel()
        return early.is_overrun, late.is_overrun

    assert run(start()) == (True, False)


def test_without_a_database_the_wire_comes_up_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongxin.faces.live.app._PATIENCE", 0.05)
    monkeypatch.setattr("tongxin.faces.live.news.connection_info", lambda: "host=/nowhere")

    async def start() -> bool:
        app = Starlette()
        async with lifespan(app):
            return app.state.hub is not None

    assert run(start())


SPOT = (1, "webchat", "v1")


def hub_with(*lines: Line) -> Hub:
    hub = Hub()
    for line in lines:
        hub.join(line, SPOT)
    return hub


def test_ones_own_words_are_news_to_another_tab_only() -> None:
    alone, both = hub_with(Line()), hub_with(Line(), Line())

    assert not alone.is_news(7, 9)  # they follow nothing yet
    for hub in (alone, both):
        hub.follow(SPOT, 7)
    assert alone.is_news(7, 9)  # written by way of another process
    for hub in (alone, both):
        hub.own(9)
    assert not alone.is_news(7, 9)
    assert both.is_news(7, 9)
