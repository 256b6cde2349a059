"""A passkey in a real browser: made on a device, it opens the desk without a password."""

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.house import House
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
PASSWORD = "a third kettle"
JOIN = f"""
from datetime import UTC, datetime
from tongxin.center.accounts.actions import join
from tongxin.center.accounts.models import Workspace
from tongxin.center.accounts.values import Role
join(workspace_id=Workspace.objects.earliest("pk").pk, email="{{email}}", name="邱悦", role=Role.AGENT,
     password="{PASSWORD}", by="house:0", now=datetime.now(UTC))
print(json.dumps(True))
"""
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def email() -> str:
    return f"qiu-{token_hex(4)}@xiaoman.example"


@pytest.fixture
def page(chromium: Browser, house: House, email: str) -> Iterator[Page]:
    """邱悦, who came in by her password."""
    house.ask(JOIN.format(email=email))
    page = log_in(chromium, house, email, PASSWORD)
    yield page
    page.context.close()


def device(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a device that knows its user; return how to reach it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, str(made["authenticatorId"])


def test_it_is_added_opens_the_desk_and_knows_whom_it_belongs_to(
    page: Page, house: House, email: str
) -> None:
    session, authenticator = device(page)
    page.goto(f"{house.web}/account/mfa/webauthn/add/")
    page.locator("[name=password]").fill(PASSWORD)  # before anything changes, it asks once more
    page.locator("[name=password]").press("Enter")
    page.locator("[data-passkey=create] [name=name]").fill("工位电脑")
    page.locator("[data-passkey=create] button").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))  # it leads on by itself
    page.goto(f"{house.web}/account/mfa/webauthn/")
    expect(page.locator("main")).to_contain_text("工位电脑")

    page.context.clear_cookies()
    page.goto(f"{house.web}/account/login/")
    page.locator("[data-passkey=login] button").click()
    page.wait_for_url("**/desk/**")
    assert house.ask(SEATED.format(email=email)) == 2

    # A device that does not know who holds it opens nothing.
    page.context.clear_cookies()
    session.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False}
    )
    page.goto(f"{house.web}/account/login/")
    page.locator("[data-passkey=login] button").click()
    expect(page.locator("[data-passkey=login] [role=alert]")).to_be_visible()
    page.goto(f"{house.web}/desk/")
    expect(page).to_have_url(f"{house.web}/account/login/?next=/desk/")


SEATED = """
from tongxin.center.accounts.models import LogIn
print(json.dumps(LogIn.objects.filter(user__email="{email}").count()))
"""
