"""One camera: a browser's page in one language, one scheme of colours and one size."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

SHOTS = Path(__file__).parents[2] / "shots"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
SETTLED = 350  # milliseconds: pictures, live frames and short motions have come to rest
Logins = dict[str, str]


@dataclass(frozen=True)
class Look:
    """How a picture is taken."""

    language: str
    scheme: str
    size: str

    @property
    def folder(self) -> Path:
        return SHOTS / f"{self.language}-{self.scheme}-{self.size}"


@dataclass
class Camera:
    """Takes the pictures of one look."""

    browser: Browser
    site: str
    look: Look
    logins: Logins
    emails: list[str]
    made: dict[str, Any]  # by the scratch program

    def visitor(self) -> Page:
        """Return a page of somebody who is not logged in."""
        return self._context().new_page()

    def member(self, email: str) -> Page:
        """Return a page of a member, in this look's language."""
        page = self._context().new_page()
        page.goto(f"{self.site}/account/login/")
        page.fill("#id_login", email)
        page.fill("#id_password", self.logins[email])
        page.click("button.primary")
        page.wait_for_url("**/desk/**")
        page.locator(".me summary").click()
        value = "zh-hans" if self.look.language == "zh" else "en"
        page.locator(f".me button[name=language][value={value}]").click()
        page.wait_for_load_state()
        return page

    def take(self, page: Page, name: str, place: str = "", *, whole: bool = False) -> None:
        """Go to a place, if one is named, and take its picture."""
        if place:
            page.goto(place if "://" in place else self.site + place)
        page.wait_for_timeout(SETTLED)
        self.look.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.look.folder / f"{name}.png", full_page=whole)

    def after(self, page: Page, name: str, does: Callable[[], object]) -> None:
        """Do something, and take a picture of what comes of it."""
        does()
        self.take(page, name)

    def _context(self) -> BrowserContext:
        width, height = SIZES[self.look.size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if self.look.scheme == "dark" else "light",
            locale=LOCALES[self.look.language],
            has_touch=self.look.size == "phone",
        )
        context.set_default_timeout(8000)
        return context
