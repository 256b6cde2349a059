"""Which screens there are, and how one comes to see each of them."""

from tests.shots import EMPTY, LONG
from tests.shots.taking import Camera

VIEWS = ("waiting", "mine", "unassigned", "snoozed", "all")
STUDIO = (
    "",
    "members/",
    "sso/",
    "inboxes/",
    "inboxes/new/webchat/",
    "attributes/",
    "plugins/",
    "tokens/",
    "aside/",
)
PEOPLE = ("", "organizations/", "duplicates/", "imports/", "blocked/")


def doors(camera: Camera) -> None:
    """The pages before log-in, and the refusals."""
    page = camera.visitor()
    camera.take(page, "login", "/account/login/")
    nobody = (
        f"{camera.look.folder.name}@shots.example"  # each asks once: one address is soon refused
    )
    page.fill("#id_login", nobody)
    page.fill("#id_password", "a wrong password")
    camera.after(page, "login-refused", lambda: page.click("button.primary"))
    camera.take(page, "sso", "/account/sso/")
    camera.take(page, "sso-unknown", "/account/sso/nowhere/")
    camera.take(page, "reset", "/account/password/reset/")
    page.fill("#id_email", nobody)
    camera.after(page, "reset-sent", lambda: page.click("button.primary"))
    camera.take(page, "reset-stale", "/account/password/reset/key/1-stale-link/")
    camera.take(page, "reset-chosen", camera.made["reset"])
    said = camera.made["failed"][camera.look.language]
    page.route(
        "**/failed", lambda route: route.fulfill(status=500, body=said, content_type="text/html")
    )
    camera.take(page, "error-500", "/failed")
    camera.take(page, "error-404", "/there/is/no/such/page")
    page.goto(f"{camera.site}/account/login/")
    page.context.clear_cookies(name="tongxin_csrf")
    camera.after(page, "error-csrf", page.locator(".door-language button").first.click)


def desk(camera: Camera) -> None:
    """The demo's desk: each view, a thread, its menus and dialogs, search."""
    page = camera.member(camera.emails[0])
    for view in VIEWS:
        camera.take(page, f"desk-{view}", f"/desk/{view}/")
    for name, words in {"found": "退款", "nothing": "zzzz", "empty": ""}.items():
        camera.take(page, f"search-{name}", f"/desk/search/?q={words}")
    page.goto(f"{camera.site}/desk/waiting/")
    page.locator(".item", has_text="小梅").first.click()
    page.locator("#talk .shot img").wait_for()
    camera.take(page, "thread")
    for menu in ("assign", "snooze", "emoji"):
        camera.after(page, f"menu-{menu}", page.locator(f"[data-menu={menu}] summary").click)
        page.keyboard.press("Escape")
    camera.after(page, "note", page.locator("#tab-note").click)
    page.locator("#talk").focus()
    camera.after(page, "shortcuts", lambda: page.keyboard.press("?"))
    page.keyboard.press("Escape")
    if camera.look.size == "phone":
        camera.after(page, "person", page.locator("[data-drawer=person]").first.click)
    page.goto(f"{camera.site}/desk/all/")
    camera.after(page, "me", page.locator(".me summary").click)
    page.context.close()


def scratch(camera: Camera) -> None:
    """Nothing at all, and far too long words."""
    page = camera.member(EMPTY)
    for view in VIEWS:
        camera.take(page, f"empty-{view}", f"/desk/{view}/")
    for name in ("inboxes", "tokens", "aside"):
        camera.take(page, f"empty-{name}", f"/studio/{name}/")
    page.context.close()
    page = camera.member(LONG)
    camera.take(page, "long-all", "/desk/all/")
    for number in range(4):
        page.goto(f"{camera.site}/desk/all/")
        page.locator(".item").nth(-1 - number).click()
        page.locator("#talk").wait_for()
        camera.take(page, f"long-{number}")
    camera.after(page, "long-assign", page.locator("[data-menu=assign] summary").click)
    camera.take(page, "long-search", "/desk/search/?q=Donau")
    camera.take(page, "long-members", "/studio/members/")
    camera.take(page, "long-inboxes", "/studio/inboxes/")
    page.goto(f"{camera.site}/desk/all/")
    camera.after(page, "long-me", page.locator(".me summary").click)
    page.context.close()


def studio(camera: Camera) -> None:
    """The manager's and the developers' pages, whole; and what an agent sees of them."""
    page = camera.member(camera.emails[0])
    for place in STUDIO:
        name = place.strip("/").replace("/", "-") or "workspace"
        camera.take(page, f"studio-{name}", f"/studio/{place}", whole=True)
    page.goto(f"{camera.site}/studio/inboxes/")
    page.locator(".list-row").first.click()
    camera.take(page, "studio-inbox", whole=True)
    camera.take(page, "developers", "/developers/", whole=True)
    camera.take(page, "developers-api", "/developers/api/")
    page.context.close()
    page = camera.member(camera.emails[2])
    camera.take(page, "refused", "/studio/members/")
    page.context.close()


def people(camera: Camera) -> None:
    """Everybody, and one of each kind of page about them."""
    page = camera.member(camera.emails[0])
    for place in PEOPLE:
        camera.take(
            page, f"people-{place.strip('/') or 'all'}", f"/desk/people/{place}", whole=True
        )
    for name, place in {"person": "?q=小梅", "organization": "organizations/"}.items():
        page.goto(f"{camera.site}/desk/people/{place}")
        page.locator("a.list-row").first.click()
        camera.take(page, f"people-{name}", whole=True)
    page.goto(f"{camera.site}/desk/people/duplicates/")
    page.locator(".pair-row a.btn").first.click()
    camera.take(page, "people-compare", whole=True)
    page.context.close()


def shop(camera: Camera) -> None:
    page = camera.visitor()
    asked = f"?language={camera.look.language}"
    for name in ("shop", "shop/teapots", "shop/teas"):
        place = f"/{name}/{asked}" if name == "shop" else f"/{name}{asked}"
        camera.take(page, name.replace("/", "-"), place, whole=True)
    page.context.close()
