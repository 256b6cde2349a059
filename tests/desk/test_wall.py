"""The live wall, as a supervisor sees it."""

import pytest
from django.test import Client

from tests.make.world import World, world
from tongxin.center.accounts.models import Member, User
from tongxin.service.team.values import AwayFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def desk(tea: World, client: Client) -> Client:
    user = User.objects.get(pk=Member.objects.get(pk=tea.owner.id).user_id)
    client.force_login(user)
    return client


def test_it_shows_who_waits_and_who_serves(tea: World, desk: Client) -> None:
    tea.write("壶盖碎了", by="小梅")
    desk.post("/looks/presence/", {"state": "away:meal"})

    html = desk.get("/desk/wall/").content.decode()

    assert "壶盖碎了" in html
    assert "离开: 用餐" in html
    assert "0/100" in html


def test_the_menu_knows_what_one_is_away_for(desk: Client) -> None:
    for chosen in ("away:meal", "away:nonsense", "online"):
        desk.post("/looks/presence/", {"state": chosen})
        html = desk.get("/desk/wall/").content.decode()
        [state, *away_for] = chosen.split(":")
        assert f'data-presence="{state}" data-my-presence' in html
        pressed = f'value="{chosen}" aria-pressed="true"'
        assert (pressed in html) is (not away_for or away_for[0] in set(AwayFor))


def test_nobody_waiting_is_said(desk: Client) -> None:
    assert "没有人在等待" in desk.get("/desk/wall/").content.decode()
