"""The desk's page is drawn once for all who have it alike, and what differs is put in: nobody sees another's."""

import pytest
from django.test import Client

from tests.desk.conftest import log_in
from tests.make.world import World
from tongxin.center.accounts.models import User
from tongxin.faces.doors.pages import jinja

pytestmark = pytest.mark.django_db
PAGE = "/desk/all/"


def page(client: Client, address: str = PAGE, language: str = "zh-hans") -> str:
    return client.get(address, headers={"Accept-Language": language}).content.decode()


def test_each_sees_their_own_list_and_name(tea: World, li: Client) -> None:
    tea.write("壶盖碎了", by="小梅")
    tom = log_in(Client(), tea.member(name="Tom"))

    mine, toms, again = page(li), page(tom), page(li)

    assert 'title="Tom"' in toms
    assert "Tom" not in mine + again
    assert all("壶盖碎了" in html for html in (mine, toms, again))


def test_what_came_since_is_on_the_page_drawn_before(tea: World, li: Client) -> None:
    before = page(li)
    talk = tea.write("壶盖碎了", by="小梅")

    after = page(li)

    assert "壶盖碎了" not in before
    assert "壶盖碎了" in after
    assert talk


def test_every_log_in_has_a_token_of_its_own(tea: World, li: Client) -> None:
    one, other = (log_in(Client(), tea.owner) for _ in range(2))
    tokens = {
        client: page(client).partition('name="csrf" content="')[2][:64] for client in (one, other)
    }

    assert len({token for token in tokens.values() if token.isalnum()}) == 2
    for client, token in tokens.items():
        answer = client.post("/looks/theme/", {"theme": "dark"}, headers={"X-CSRFToken": token})
        assert answer.status_code < 400


def test_a_browser_that_has_the_token_is_not_handed_it_again(tea: World, li: Client) -> None:
    first, second = li.get(PAGE), li.get(PAGE)
    li.cookies["tongxin_csrf"] = "tampered"
    third = li.get(PAGE)

    assert "tongxin_csrf" in first.cookies
    assert "tongxin_csrf" not in second.cookies
    assert "tongxin_csrf" in third.cookies
    assert "Cookie" in second["Vary"]


@pytest.mark.parametrize(
    "given",
    ["desk/thread.html", 'x" onload="y', "hole-title;", "<script>", "../../etc/passwd.html"],
)
def test_what_an_address_says_is_text_and_no_more(li: Client, given: str) -> None:
    html = li.get(PAGE, {"sort": given}).content.decode()

    assert f'data-sort="{jinja_escaped(given)}"' in html


def test_another_look_is_another_frame(li: Client) -> None:
    light = page(li)
    User.objects.update(theme="dark", language="en")
    dark = page(li)

    assert 'data-theme="dark"' not in light
    assert 'data-theme="dark"' in dark
    assert "Skip to the list" in dark


def jinja_escaped(text: str) -> str:
    return jinja("doors/mark.html").environment.from_string("{{ it }}").render(it=text)
