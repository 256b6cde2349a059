"""The day's work in pictures: boards, tables, dialogs, settings; and what empty, late and refused looks like."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page

from tests.shots import EMPTY, LONG
from tests.shots.taking import Camera

TABLE, BOARD = "本店全部（表格）", "进度看板"  # the demo's saved views
SETTINGS = (
    "roles", "queues", "queues/new", "hours", "hours/new", "statuses", "topics", "replies", "replies/new",
    "macros", "macros/new", "audit",
)  # fmt: skip
OWN = {
    "wall": "/desk/wall/",
    "notices": "/desk/notices/",
    "log-ins": "/account/sessions/",
    "second-step": "/account/mfa/",
}
KEYS = {"assign": "a", "status": "c", "queue": "y", "macro": "m", "wrap-up": "w", "hand-over": "h"}


def work(camera: Camera) -> None:
    """A saved table and board, the form of a view, many at once, and every dialog of a conversation."""
    page = camera.member(camera.emails[0])
    _views(camera, page)
    page.goto(f"{camera.site}/desk/all/")
    page.locator(".item").nth(1).click()
    page.locator("#talk").wait_for()
    for name, key in KEYS.items():
        _shown(camera, page, name, partial(page.keyboard.press, key))
    _commands(camera, page)
    page.goto(f"{camera.site}/desk/all/")
    page.keyboard.press("Shift+X")
    page.locator("#bulk-count").wait_for()
    camera.take(page, "bulk-bar")
    _jobs(camera, page)
    page.context.close()


def settings(camera: Camera) -> None:
    """Settings, one's own pages, and one of each kind in full."""
    page = camera.member(camera.emails[0])
    for place in SETTINGS:
        camera.take(page, f"set-{place.replace('/', '-')}", f"/studio/{place}/", whole=True)
    for place in ("replies", "macros", "queues", "hours"):
        page.goto(f"{camera.site}/studio/{place}/")
        page.locator(f"main a[href*='/studio/{place}/']:not([href$='/new/'])").first.click()
        camera.take(page, f"set-{place}-one", whole=True)
    for name, place in OWN.items():
        camera.take(page, f"own-{name}", place, whole=True)
    page.goto(f"{camera.site}/desk/people/imports/")
    page.locator("a.list-row").first.click()
    camera.take(page, "import-one", whole=True)
    page.context.close()


def states(camera: Camera) -> None:
    """Nothing there, not there yet, not to be had, and not allowed; then the longest words again."""
    page = camera.member(EMPTY)
    for place in ("wall", "notices", "people", "people/imports", "people/organizations"):
        camera.take(page, f"none-{place.replace('/', '-')}", f"/desk/{place}/")
    for place in ("macros", "replies", "topics", "queues", "hours"):
        camera.take(page, f"none-{place}", f"/studio/{place}/")
    page.context.close()
    page = camera.member(camera.emails[0])
    page.goto(f"{camera.site}/desk/all/")
    page.route("**/desk/c/conv_*/", lambda _route: None)  # it never comes
    page.locator(".item").first.click()
    camera.take(page, "opening")
    page.unroute("**/desk/c/conv_*/")
    page.goto(f"{camera.site}/desk/all/")
    page.context.set_offline(True)
    camera.after(page, "no-connection", page.locator(".item").first.click)
    page.context.close()
    page = camera.member(camera.emails[4])  # a light agent
    page.goto(f"{camera.site}/desk/all/")
    page.locator(".item").first.click()
    page.locator("#talk").wait_for()
    camera.take(page, "light-agent")
    camera.take(page, "refused-roles", "/studio/roles/")
    page.context.close()
    page = camera.member(LONG)
    for place in ("wall", "people"):
        camera.take(page, f"long-{place}", f"/desk/{place}/", whole=True)
    page.goto(f"{camera.site}/desk/people/imports/")
    page.locator("a.list-row").first.click()
    camera.take(page, "import-errors", whole=True)
    _wrong(camera, page)
    page.context.close()


def _wrong(camera: Camera, page: Page) -> None:
    """What is wrong with a form, at its field."""
    page.goto(f"{camera.site}/studio/queues/new/")
    page.fill("#name", "   ")
    camera.after(page, "wrong-settings", page.locator("main .btn.primary").click)
    page.goto(f"{camera.site}/desk/all/")
    page.keyboard.press("v")
    page.locator("#view-editor [name=name]").fill("   ")
    _shown(camera, page, "wrong-dialog", lambda: page.keyboard.press("Enter"))


def _jobs(camera: Camera, page: Page) -> None:
    """How far a job is, and what it could not do: drawn by the server, of a job that never was."""
    for name, drawn in zip(
        ("runs", "over"), camera.made["jobs"][camera.look.language], strict=True
    ):
        page.goto(f"{camera.site}/desk/all/")
        page.locator("#jobs").evaluate("(place, html) => { place.innerHTML = html }", drawn)
        for more in page.locator("#jobs summary").all():
            more.click()
        camera.take(page, f"job-{name}")


def _views(camera: Camera, page: Page) -> None:
    for name, title in {"table": TABLE, "board": BOARD}.items():
        page.goto(f"{camera.site}/desk/all/")
        place = page.locator("#views a[data-place]", has_text=title).get_attribute("href")
        camera.take(page, name, str(place))
    page.goto(f"{camera.site}/desk/all/")
    _shown(camera, page, "view-editor", lambda: page.keyboard.press("v"))


def _commands(camera: Camera, page: Page) -> None:
    for name, words in {
        "merge": "merge into",
        "split": "split off",
        "person": "show the person",
    }.items():
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        _shown(camera, page, f"do-{name}", lambda: page.keyboard.press("Enter"))
    page.keyboard.press("Control+k")
    page.keyboard.type("go")
    _shown(camera, page, "palette", lambda: None)
    _shown(camera, page, "shortcuts", lambda: page.keyboard.press("?"))


def _shown(camera: Camera, page: Page, name: str, does: Callable[[], object]) -> None:
    camera.after(page, name, does)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
