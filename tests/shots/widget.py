"""The chat on the shop's page, from the closed button to a rating, and when there is no connection."""

from playwright.sync_api import FilePayload, Page

from tests.shots import LONG
from tests.shots.taking import Camera

QUESTION = {
    "zh": "你好，昨天收到的壶盖碎了，能换一个吗？",
    "en": "Hi, the lid arrived broken. Can it be replaced?",
}
ANSWER = {
    "zh": "您好！破损 **7 天**内免费换货，这就为您补发。",
    "en": "Hello! We *replace* it within **7 days**.",
}


def widget(camera: Camera) -> None:
    """Walk through a whole talk, in the workspace whose data is for pictures only."""
    page = camera.visitor()
    language = camera.look.language
    page.goto(f"{camera.site}/shop/?language={language}&inbox={camera.made['inbox']}")
    photo = page.locator(".scene").screenshot()
    chat = page.locator("tongxin-widget")
    chat.locator(".fab").wait_for()
    camera.take(page, "widget-closed")
    camera.after(page, "widget-open", chat.locator(".fab").click)
    field = chat.locator("footer textarea")
    camera.after(page, "widget-emoji", chat.locator("footer .line button").nth(1).click)
    page.keyboard.press("Escape")
    field.fill(QUESTION[language])
    field.press("Enter")
    picture: FilePayload = {
        "name": "盖子.png",
        "mimeType": "image/png",
        "buffer": photo,
    }
    chat.locator("input[type=file]").set_input_files(picture)
    page.wait_for_timeout(800)
    field.press("Enter")
    page.wait_for_timeout(600)
    camera.take(page, "widget-email")
    bad: FilePayload = {
        "name": "a very long name of a program.exe",
        "mimeType": "x/y",
        "buffer": b"x",
    }
    chat.locator("input[type=file]").set_input_files(bad)
    camera.take(page, "widget-bad-file")
    chat.locator(".tray .chip button").first.click()
    chat.locator(".mail input").fill("somebody.with.a.long.address@xiaoman-teahouse.example")
    camera.after(page, "widget-emailed", chat.locator(".mail .main").click)
    agent = _answered(camera)
    camera.take(page, "widget-answered")
    _offline(camera, page)
    _resolved(camera, page, agent)
    page.context.close()
    agent.context.close()


def _answered(camera: Camera) -> Page:
    agent = camera.member(LONG)
    agent.goto(f"{camera.site}/desk/all/")
    agent.locator(".item").first.click()
    agent.fill("#say", ANSWER[camera.look.language])
    agent.keyboard.press("Enter")
    agent.wait_for_timeout(600)
    return agent


def _offline(camera: Camera, page: Page) -> None:
    field = page.locator("tongxin-widget footer textarea")
    page.context.set_offline(True)
    field.fill("W" * 90)
    field.press("Enter")
    page.wait_for_timeout(6000)
    camera.take(page, "widget-offline")
    page.context.set_offline(False)


def _resolved(camera: Camera, page: Page, agent: Page) -> None:
    chat = page.locator("tongxin-widget")
    agent.locator("#talk", has_text="WWWW").wait_for()  # else what arrives late opens it again
    agent.locator("[data-act=resolve]").click()
    camera.take(agent, "desk-resolved")
    camera.take(page, "widget-rate")
    chat.locator(".faces label").nth(4).click()
    chat.locator(".pills label").first.click()
    chat.locator(".rate .main").click()
    page.wait_for_timeout(600)
    camera.take(page, "widget-rated")
