"""The demo shop: in both languages, with the chat on it, and well made."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as house
from django.test import Client
from playwright.sync_api import Browser, Route
from pytest_django import Settings

from tongxin.service.channels import visitors
from tongxin.service.channels.models import InboxKey
from tongxin.service.channels.values import InboxRow

PAGES = ["/shop/", "/shop/teapots", "/shop/teas"]

if not (Path(house.STATIC_ROOT) / ".vite/manifest.json").exists():
    pytest.skip("the assets are not built: npm run build", allow_module_level=True)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_both_languages(client: Client, db: None, path: str) -> None:
    chinese = client.get(path, headers={"Accept-Language": "zh-CN"}).content.decode()
    english = client.get(path + "?language=en", headers={"Accept-Language": "zh-CN"})

    assert '<html lang="zh-CN">' in chinese
    assert "小满茶具" in chinese
    assert "Xiaoman Tea" in english.content.decode()


def test_the_widget_is_one_script_tag(client: Client, inbox: InboxRow) -> None:
    page = client.get("/shop/?inbox=xiaoman&language=en").content.decode()

    assert '<script src="/widget.js" data-inbox="xiaoman" data-language="en" async>' in page


def test_the_shop_sets_no_cookie(client: Client, db: None) -> None:
    assert not client.get("/shop/").cookies


def test_mei_comes_with_a_log_in_signed_by_the_shop(
    client: Client, inbox: InboxRow, settings: Settings, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    InboxKey.objects.create(inbox_id=inbox.id, kid="k1", secret="s" * 40, created_at=now)
    settings.SHOP = tmp_path / "demo.json"
    settings.SHOP.write_text('{"inbox": "xiaoman", "kid": "k1"}')

    page = client.get("/shop/teas?as=mei").content.decode()

    signed = page.partition('data-token="')[2].partition('"')[0]
    claim = visitors.read_claim(signed, inbox)
    assert (claim.subject, claim.name) == ("mei", "小梅")


def test_without_a_key_nobody_is_vouched_for(client: Client, inbox: InboxRow) -> None:
    assert "data-token" not in client.get("/shop/?as=mei&inbox=xiaoman").content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_any_page(
    client: Client, chromium: Browser, path: str, scheme: str
) -> None:
    context = chromium.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text))
    answer = client.get(path, {"language": "zh-CN"})
    headers, body = dict(answer.items()), answer.content
    page.route("**/*", lambda route: _serve(route, headers, body))

    page.goto(f"http://localhost{path}")

    found = Axe().run(page).response["violations"]
    context.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    assert errors == []


def _serve(route: Route, headers: dict[str, str], body: bytes) -> None:
    """Give out the page or a built asset, without a network."""
    path = route.request.url.removeprefix("http://localhost")
    if path.startswith(house.STATIC_URL):
        route.fulfill(path=Path(house.STATIC_ROOT) / path.removeprefix(house.STATIC_URL))
    else:
        route.fulfill(headers=headers, body=body)
