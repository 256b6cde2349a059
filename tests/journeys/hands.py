"""Somebody at the desk without a mouse: keys to press, eyes to look; nothing is clicked or focused for them."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.house import House

LOOK: dict[str, Any] = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}}
_MOST = 60  # stops on the way: whoever needs more has lost their way


@dataclass(frozen=True)
class Hands:
    """The keyboard of one page."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def go_to(self, place: Locator, key: str = "Tab") -> None:
        """Press a key until the focus is there. Raises AssertionError where it never comes."""
        expect(place).to_be_attached()
        for _stop in range(_MOST):
            if place.evaluate("place => place === document.activeElement"):
                return
            self.press(key)
        raise AssertionError(f"{key} never comes to {place}")

    def go_into(self, place: Locator, key: str = "F6") -> None:
        """Press a key until the focus is somewhere in there."""
        for _stop in range(_MOST):
            if place.evaluate("place => place.contains(document.activeElement)"):
                return
            self.press(key)
        raise AssertionError(f"{key} never comes into {place}")

    def choose(self, menu: Locator, text: str) -> None:
        """Go through an open menu by the arrows, and take what is named so."""
        self.go_to(menu.locator(".choice", has_text=text).first, "ArrowDown")
        self.press("Enter")

    def select(self, field: Locator, text: str) -> None:
        """Go to a field of choices, and through them to the first that names this."""
        self.go_to(field)
        for _option in range(_MOST):
            if text in field.evaluate("field => field.selectedOptions[0]?.textContent ?? ''"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{text} is none of the choices")

    def command(self, words: str) -> None:
        """Give a command by its name."""
        self.press("Control+k")
        expect(self.page.locator("#palette-text")).to_be_focused()
        self.type(words)
        expect(self.page.locator("#palette-list [role=option]").first).to_contain_text(words)
        self.press("Enter")

    def open_talk(self, words: str) -> None:
        """Open a conversation of the list as it is: by its row."""
        row = self.page.locator(".rows .item", has_text=words)
        expect(row).to_be_visible()
        self.go_into(self.page.locator("#rows"))
        self.press("Home")
        self.go_to(row, "ArrowDown")
        self.press("Enter")
        expect(self.page.locator("#talk")).to_contain_text(words)
        expect(self.page.locator("#main")).to_be_focused()

    def keeps_focus(self, place: str = "body *") -> None:
        """Look that the focus is not lost, but in a certain place."""
        expect(self.page.locator(f"{place}:focus, {place} :focus")).to_have_count(1)


def log_in(page: Page, house: House, email: str, password: str) -> Hands:
    """Come in by keys, to all conversations."""
    hands = Hands(page)
    page.goto(f"{house.web}/account/login/?next=/desk/all/")
    hands.go_to(page.locator("#id_login"))
    hands.type(email)
    hands.press("Tab")
    hands.type(password)
    hands.press("Enter")
    page.wait_for_url("**/desk/all/")
    return at_desk(page, house)


def at_desk(page: Page, house: House) -> Hands:
    """Look at all conversations, logged in already."""
    if not page.url.endswith("/desk/all/"):
        page.goto(f"{house.web}/desk/all/")
    expect(page.locator("body.connected")).to_be_visible(timeout=15_000)
    return Hands(page)
