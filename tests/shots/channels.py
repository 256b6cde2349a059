"""Every channel in pictures: its form, and its page once it is connected."""

from tests.shots.taking import Camera


def channels(camera: Camera) -> None:
    """The channels one may connect, those of the demo, what left by them, and colleagues' chats."""
    page = camera.member(camera.emails[0])
    _forms(camera, "inboxes", "channel")
    page.goto(f"{camera.site}/studio/inboxes/")
    rows = page.locator("a.list-row")
    places = [rows.nth(n).get_attribute("href") or "" for n in range(rows.count())]
    for number, place in enumerate(places):
        camera.take(page, f"channel-connected-{number}", place, whole=True)
    camera.take(page, "channel-deliveries", "/studio/deliveries/", whole=True)
    camera.take(page, "channel-chats", "/studio/chats/", whole=True)
    page.context.close()
    _forms(camera, "chats", "chat")


def _forms(camera: Camera, where: str, name: str) -> None:
    """Take the form of each thing that can be connected there."""
    page = camera.member(camera.emails[0])
    page.goto(f"{camera.site}/studio/{where}/")
    new = page.locator(f"a[href*='/studio/{where}/new/']")
    places = sorted({new.nth(n).get_attribute("href") or "" for n in range(new.count())})
    for place in places:
        camera.take(page, f"{name}-new-{place.rstrip('/').rpartition('/')[2]}", place, whole=True)
    page.context.close()
