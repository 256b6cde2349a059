"""Take pictures of every screen of a running demo into shots/: `make demo` in one window, `make shots` here."""

import json
import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import find
from tongxin.project import environment

SITE = f"http://localhost:{os.environ.get('PORT', '8000')}"
SHOTS = Path(__file__).parents[1] / "shots"
SCREENS = {
    "waiting": "/desk/waiting/", "all": "/desk/all/", "search": "/desk/search/?q=退款", "shop": "/shop/",
    "workspace": "/studio/", "members": "/studio/members/", "inboxes": "/studio/inboxes/",
    "plugins": "/studio/plugins/", "tokens": "/studio/tokens/", "developers": "/developers/",
    "api": "/developers/api/",
}  # fmt: skip
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


def main() -> None:
    """Every screen, in both languages, light and dark, for desktop and phone."""
    kept = environment.data_folder() / "demo.json"
    if not kept.exists():
        sys.exit("Start `make demo` first: there is no demo to take pictures of.")
    _role, email, password = json.loads(kept.read_text("utf-8"))["logins"][0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(playwright), args=["--no-sandbox"]
        )
        for language in ("zh-hans", "en"):
            for scheme in ("light", "dark"):
                for size in SIZES:
                    page = _opened(browser, scheme, size)
                    _log_in(page, language, email, password)
                    _shoot(page, f"{language}-{scheme}-{size}")
                    page.context.close()


def _opened(browser: Browser, scheme: str, size: str) -> Page:
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    ).new_page()


def _log_in(page: Page, language: str, email: str, password: str) -> None:
    page.goto(f"{SITE}/account/login/")
    page.fill("#id_login", email)
    page.fill("#id_password", password)
    page.click("button.primary")
    page.wait_for_url("**/desk/**")
    page.locator(".me summary").click()
    page.locator(f".me button[name=language][value={language}]").click()
    page.wait_for_load_state()


def _shoot(page: Page, folder: str) -> None:
    (SHOTS / folder).mkdir(parents=True, exist_ok=True)
    for name, place in SCREENS.items():
        page.goto(SITE + place)
        page.wait_for_timeout(400)
        page.screenshot(path=SHOTS / folder / f"{name}.png")
    page.goto(f"{SITE}/desk/all/")
    page.locator(".item").first.click()
    page.wait_for_timeout(800)
    page.screenshot(path=SHOTS / folder / "thread.png")


if __name__ == "__main__":
    main()
