"""The next conversation is fetched while one reads, and is never older than what happened to it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import FRUGAL
from tests.journeys.house import House
from tests.journeys.talking import Visitor, visitor
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
THREADS = "**/desk/c/*/"


@pytest.fixture
def people(house: House) -> list[tuple[Visitor, str]]:
    return [
        (one, one.say(f"想问一下{what}")) for what in ("茶罐", "茶则") for one in [visitor(house)]
    ]


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield page
    page.context.close()


def read(page: Page, house: House, people: list[tuple[Visitor, str]]) -> None:
    """Open the latest; the one below it is fetched meanwhile."""
    (_, below), (_, latest) = people
    page.goto(f"{house.web}/desk/all/")
    expect(page.locator("body.connected")).to_be_visible()
    row = page.locator(".item", has_text=below)
    ahead = f"/desk/c/{row.get_attribute('data-id')}/"
    with page.expect_response(lambda answer: answer.url.endswith(ahead)) as fetched:
        page.locator(".item", has_text=latest).click()
    fetched.value.finished()
    expect(page.locator("#talk")).to_contain_text(latest)


def test_the_next_is_here_before_it_is_asked_for(
    desk: Page, house: House, people: list[tuple[Visitor, str]]
) -> None:
    read(desk, house, people)
    desk.route(THREADS, lambda route: route.abort())

    desk.keyboard.press("j")

    expect(desk.locator("#talk")).to_contain_text(people[0][1])
    opened = desk.locator("main.thread").get_attribute("data-id") or "none"
    assert opened in desk.url


def test_what_was_fetched_is_dropped_when_somebody_writes(
    desk: Page, house: House, people: list[tuple[Visitor, str]]
) -> None:
    read(desk, house, people)
    writer, below = people[0]

    said = writer.say("还有一件事")
    expect(desk.locator(".item", has_text=said)).to_be_visible()
    desk.locator(".item", has_text=said).click()

    expect(desk.locator("#talk")).to_contain_text(below)
    expect(desk.locator("#talk")).to_contain_text(said)


def test_what_one_wrote_there_a_moment_ago_is_there(
    desk: Page, house: House, people: list[tuple[Visitor, str]]
) -> None:
    read(desk, house, people)
    desk.keyboard.press("j")
    expect(desk.locator("#talk")).to_contain_text(people[0][1])
    desk.locator("#say").fill("稍等，我去看看库存")
    desk.locator("#say").press("Escape")
    desk.keyboard.press("k")
    expect(desk.locator("#talk")).to_contain_text(people[1][1])

    desk.keyboard.press("j")

    expect(desk.locator("#say")).to_have_value("稍等，我去看看库存")


def test_what_happens_while_it_is_coming_is_shown(
    desk: Page, house: House, people: list[tuple[Visitor, str]]
) -> None:
    (writer, below), (_, latest) = people
    desk.add_init_script(FRUGAL)
    desk.goto(f"{house.web}/desk/all/")
    expect(desk.locator("body.connected")).to_be_visible()
    desk.locator(".item", has_text=latest).click()
    expect(desk.locator("#talk")).to_contain_text(latest)
    said = []

    def hold(route: Route) -> None:
        """Answer with what the server said before the visitor went on."""
        answer = route.fetch()
        said.append(writer.say("还有一件事"))
        expect(desk.locator(".item", has_text=said[0])).to_be_visible()
        route.fulfill(response=answer)

    desk.route(THREADS, hold, times=1)
    desk.locator(".item", has_text=below).click()

    expect(desk.locator("#talk")).to_contain_text(below)
    expect(desk.locator("#talk")).to_contain_text(said[0])
