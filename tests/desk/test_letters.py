"""A mail as it came, and as it was designed: there for those who may read it, and harmless."""

# ruff: noqa: E501 - a table a line

import base64
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.make.world import NOON, World, world
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.models import StoredFile
from tongxin.faces.desk import sheets
from tongxin.service.channels.actions import create_inbox, keep_calls
from tongxin.service.channels.models import Call, Departure
from tongxin.service.channels.ports import Call as Came
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import carry_out, hear_calls
from tongxin.service.conversations.models import Letter, Message
from tongxin.service.conversations.queries import holds_file, whole

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RAW = (
    b"Authentication-Results: mx.tea.example; spf=pass smtp.mailfrom=example.com; dkim=pass\r\n"
    b"From: Mei <mei@example.com>\r\nTo: help@tea.example\r\nSubject: teapot\r\nMessage-ID: <r1@example.com>\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p onclick="alert(1)">The <b>lid</b> broke</p><script>alert(2)</script>'
    b'<img src="https://spy.example/a.gif" width="300">\xff\r\n'
)


def mailed(tea: World, raw: bytes = RAW) -> int:
    """Let a mail come in; return its message."""
    settings = {"address": "help@tea.example", "smtp_host": "smtp.tea.example"}
    pk = create_inbox(
        actor=tea.owner, channel="email", name="客服邮箱", settings=settings, now=NOON
    )
    inbox = inboxes_by_id(inbox_ids=[pk])[pk]
    keep_calls(inbox=inbox, calls=[Came("MAIL", "", {}, raw)], now=NOON)
    hear_calls(now=NOON)
    Call.objects.all().delete()  # as after 14 days
    return int(Letter.objects.latest("pk").pk)


def test_a_mail_is_there_as_it_came_long_after_its_call_is_forgotten(
    tea: World, li: Client
) -> None:
    message_id = mailed(tea)

    raw = whole(actor=tea.owner, message_id=message_id).raw
    page = li.get(f"/desk/m/{public_id('msg', message_id)}/letter/").content.decode()
    assert raw
    address = page.partition("/files/")[2].partition('"')[0]
    served = li.get(f"/files/{address}")
    assert served.getvalue() == RAW
    assert served["Content-Type"] == "message/rfc822"
    assert "attachment" in served["Content-Disposition"]


def test_others_do_not_reach_it(tea: World) -> None:
    message_id = mailed(tea)
    raw = whole(actor=tea.owner, message_id=message_id).raw
    assert raw

    assert holds_file(actor=tea.owner, file_id=raw.id)
    assert not holds_file(actor=world("elsewhere").owner, file_id=raw.id)


def test_hearing_it_twice_keeps_it_once(tea: World) -> None:
    mailed(tea)
    found = inboxes_by_id(inbox_ids=[Letter.objects.get().message.inbox_id])
    [inbox] = found.values()
    keep_calls(inbox=inbox, calls=[Came("MAIL", "", {}, RAW)], now=datetime.now(UTC))
    hear_calls(now=datetime.now(UTC))

    assert StoredFile.objects.filter(name="mail.eml").count() == 1


def test_the_page_is_framed_and_can_do_nothing(tea: World, li: Client) -> None:
    at = f"/desk/m/{public_id('msg', mailed(tea))}"

    letter = li.get(f"{at}/letter/").content.decode()
    sheet = li.get(f"{at}/sheet/")
    with_pictures = li.get(f"{at}/sheet/?pictures")

    assert f'src="{at}/sheet/"' in letter
    assert "已通过 SPF, DKIM" in letter
    assert "allow-scripts" not in letter
    assert "allow-same-origin" not in letter
    assert "<b>lid</b>" in sheet.content.decode()
    assert "alert" not in sheet.content.decode()
    assert "spy.example" not in sheet.content.decode()
    policy = sheet["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "http:" not in policy
    assert sheet["X-Frame-Options"] == "SAMEORIGIN"
    assert "spy.example/a.gif" in with_pictures.content.decode()
    assert "https:" in with_pictures["Content-Security-Policy"]
    assert Client().get(f"{at}/sheet/").status_code in {302, 403}


def test_an_answer_goes_to_those_whom_the_composer_shows(tea: World, li: Client) -> None:
    talk = Message.objects.get(
        pk=mailed(tea, RAW.replace(b"\r\nTo:", b"\r\nCc: tom@example.com\r\nTo:"))
    ).conversation_id
    at = f"/desk/c/{public_id('conv', talk)}"

    shown = li.get(f"{at}/").content.decode()
    to = ["li@example.com"]
    said = li.post(
        f"{at}/say/",
        {"kind": "reply", "text": "好", "client_id": "d1", "copies": "yes", "copy": to},
    )
    carry_out(message_ids=[Message.objects.latest("pk").pk], now=NOON)

    assert 'value="tom@example.com" checked' in shown
    assert li.get(f"{at}/copies/").content.decode().count("checkbox") == 1
    assert said.status_code == 200
    assert [one[1] for one in Departure.objects.get().payload["copied"]] == to


HARMFUL = {
    "script": "<script>x()</script>", "handler": '<img src=x onerror="x()">', "form": "<form action=//x><input name=p></form>",
    "address": '<a href="javascript:x()">a</a>', "broken up": '<a href="jav&#x09;ascript:x()">a</a>', "data": '<a href="data:text/html,x()">a</a>',
    "frame": '<iframe src="https://x"></iframe>', "object": '<object data="x()"></object>', "svg": "<svg onload=x()><script>x()</script></svg>",
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=x()>", "sheet": "<style>@import 'https://x'</style>",
    "style": '<p style="background:url(https://x);behavior:url(x)">a</p>', "meta": '<meta http-equiv=refresh content="0;url=https://x">',
    "base": '<base href="https://x">', "link": '<link rel=stylesheet href="https://x">', "background": '<table background="https://x">',
    "set": '<img srcset="https://x 1x">', "picture": '<picture><source srcset="https://x"></picture>', "video": '<video poster="https://x">',
    "schemeless": '<img src="//x/a.gif">', "vector": '<img src="data:image/svg+xml;base64,AAAA">', "position": '<div style="position:fixed;top:0">a</div>',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=x()>">',
}  # fmt: skip


@pytest.mark.parametrize("pictures", [False, True])
@pytest.mark.parametrize("html", HARMFUL.values(), ids=HARMFUL.keys())
def test_what_could_harm_is_left_out(html: str, pictures: bool) -> None:
    body = sheets.sheet(html, pictures=pictures).partition("<body>")[2]

    for word in (
        "x()",
        "https://x",
        "//x",
        "<form",
        "<input",
        "<iframe",
        "<style",
        "svg+xml",
        "position",
        "onerror",
        "url(",
    ):
        assert word not in body


def test_a_picture_that_came_along_stands_in_its_place(tea: World, li: Client) -> None:
    png = base64.b64encode(PIXEL).decode()
    raw = (
        "From: Mei <mei@example.com>\r\nTo: help@tea.example\r\nMessage-ID: <p1@example.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
        '<p>See <img src="CID:lid%40x" width="300"> and <img src="cid:other"><a href="cid:lid@x">it</a></p>\r\n--b\r\n'
        "Content-Type: image/png; name=lid.png\r\nContent-ID: <lid@x>\r\nContent-Disposition: inline\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{png}\r\n--b--\r\n"
    )
    message_id = mailed(tea, raw.encode())

    page = li.get(f"/desk/m/{public_id('msg', message_id)}/sheet/")

    [address] = re.findall(r'<img src="http://testserver(/files/[^"]+)"', page.content.decode())
    assert "cid:" not in page.content.decode()
    assert "img-src data: http://testserver/files/;" in page["Content-Security-Policy"]
    shown = Client().get(address)  # the frame has none of our cookies
    assert (shown.getvalue(), shown["Content-Type"]) == (PIXEL, "image/png")
    assert shown["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("html", "asked"),
    [
        ('<IMG alt="" SRC = " HTTPS://x.example/a.png">', True),
        ("<img src=http://x.example/a.png>", True),
        ('<img src="cid:a"><a href="https://x.example">x</a>', False),
        ("<p>https://x.example</p>", False),
        ("<img src" + " " * 400_000, False),
        ("<img " + 'src="' * 90_000, False),
    ],
)
def test_one_is_asked_only_for_pictures_from_outside(html: str, asked: bool) -> None:
    assert sheets.has_pictures(html) == asked


def test_pictures_to_be_counted_by_are_left_out_even_when_asked_for() -> None:
    shown = sheets.sheet(
        '<img src="https://a/1.gif" width="1" height="1"><img src="https://a/b.png" alt="a">',
        pictures=True,
    )

    assert "1.gif" not in shown
    assert "b.png" in shown


def test_pictures_within_the_mail_and_links_stay() -> None:
    shown = sheets.sheet(
        '<img src="data:image/png;base64,AAAA"><a href="https://tea.example/">tea</a>',
        pictures=False,
    )

    assert "data:image/png" in shown
    assert 'href="https://tea.example/"' in shown
    assert 'target="_blank"' in shown
    assert "noopener" in shown


@pytest.mark.parametrize(
    "html",
    ["<div>" * 5000, "<div><table><td></div>" * 3000, "<x-y>" * 5000, "<font>" * 300 + "<p>x" * 5000, "<div></b>" * 5000],
)  # fmt: skip
def test_pages_made_to_keep_us_busy_are_not_shown(html: str) -> None:
    assert not sheets.is_showable(html)


def test_long_honest_pages_are_shown() -> None:
    assert sheets.is_showable("<p>a<br>" * 20_000)
    assert sheets.is_showable("<table><tr><td><b>a</b></td></tr></table>" * 5000)
    assert sheets.is_showable("<blockquote>" * 60 + "<div><span>a</span></div>" * 2000)
