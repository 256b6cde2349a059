"""Pictures and files: chosen, dragged or pasted; refused with a sentence that says why."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.widget.fake_live import Fake
from tests.widget.test_talk import open_chat, sees, write

pytestmark = pytest.mark.browser

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_CARRIER = """([kind, name, bytes]) => {
  const host = document.querySelector("tongxin-widget").shadowRoot;
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
  if (kind === "paste") host.querySelector("footer textarea").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
  else host.querySelector(".panel").dispatchEvent(
    new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("footer input[type=file]").set_input_files(list(files))


def picture(name: str = "壶盖.png", content: bytes = PNG) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def test_a_chosen_picture_is_sent_and_shown(page: Page, fake: Fake) -> None:
    open_chat(page)

    choose(page, picture())
    write(page, "请看")

    expect(page.get_by_role("img", name="图片：壶盖.png")).to_be_visible()
    sees(page, "请看")
    assert [f["name"] for f in fake.messages[0]["files"]] == ["壶盖.png"]


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_can_be_pasted_and_dropped(page: Page, fake: Fake, kind: str) -> None:
    open_chat(page)

    page.evaluate(_CARRIER, [kind, "image.png", list(PNG)])
    expect(page.locator(".chip")).to_contain_text("image.png")
    page.get_by_role("button", name="发送", exact=True).click()

    expect(page.locator(".log img")).to_be_visible()
    sees(page)
    assert len(fake.messages) == 1


def test_a_message_waits_for_its_files(page: Page, fake: Fake) -> None:
    fake.delay = 0.6
    open_chat(page)

    choose(
        page, picture(), {"name": "发票.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    write(page, "两个附件")

    expect(page.locator(".log .file")).to_contain_text("发票.pdf")
    sees(page, "两个附件")
    expect(page.locator(".log .picture")).to_be_visible()
    assert len(fake.messages[0]["files"]) == 2


def test_a_file_of_a_type_not_taken_is_refused_before_it_is_sent(page: Page, fake: Fake) -> None:
    open_chat(page)

    choose(page, {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})

    expect(page.get_by_role("alert").filter(has_text="不支持“setup.exe”这类文件。")).to_be_visible()
    assert not fake.files
    page.get_by_role("button", name="移除 setup.exe").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_a_file_too_large_is_refused_with_both_sizes(
    fake: Fake, visit: Callable[..., Page]
) -> None:
    fake.largest = 2 * 1024 * 1024
    page = visit()
    open_chat(page)

    choose(page, picture("大图.png", PNG + bytes(3 * 1024 * 1024)))

    expect(page.locator(".chip.bad")).to_have_text("“大图.png”有 3 MB，文件最大 2 MB。")


def test_the_servers_refusal_is_shown_in_its_own_words(page: Page, fake: Fake) -> None:
    open_chat(page)

    choose(page, picture("假.png", b"not a picture"))

    expect(page.locator(".chip.bad")).to_have_text("这不是图片。")
    write(page, "算了")
    sees(page, "算了")
    assert fake.messages[0]["files"] == []
