"""Whatever arrives is read: charsets, headers, parts, files."""

# ruff: noqa: E501 - a sample a line

import base64

import pytest

from tests.channel_email.mails import INVITATION, file, html, mail, multipart, plain, winmail
from tongxin.plugins.channel_email.mime import Address, read_mail

SAID = {
    "gb18030": "您好，我的订单什么时候发货？谢谢",
    "big5": "您好，請問我的訂單何時出貨？謝謝",
    "shift_jis": "お世話になっております。注文の件で質問があります。",
    "euc_jp": "お世話になっております。注文の件で質問があります。",
    "euc_kr": "안녕하세요 주문한 상품은 언제 오나요",
    "koi8_r": "Здравствуйте, где мой заказ?",
    "cp1251": "Здравствуйте, где мой заказ?",
    "cp1252": "Où est ma théière, s’il vous plaît ?",
    "cp1253": "Καλημέρα, πού είναι η παραγγελία μου",
}


@pytest.mark.parametrize(("charset", "text"), SAID.items(), ids=SAID.keys())
def test_raw_letters_are_guessed(charset: str, text: str) -> None:
    raw = (
        b"From: mei@mail.example\r\nSubject: "
        + text.encode(charset)
        + b"\r\n\r\n"
        + text.encode(charset)
    )

    read = read_mail(raw)
    assert (read.subject, read.text) == (text, text)


@pytest.mark.parametrize("said", ["us-ascii", "iso-8859-1", "utf-8", "x-nonsense", ""])
def test_a_wrong_charset_is_not_believed(said: str) -> None:
    raw = (
        b"Content-Type: text/plain; charset="
        + said.encode()
        + b"\r\n\r\n"
        + SAID["gb18030"].encode("gb18030")
    )

    assert read_mail(raw).text == SAID["gb18030"]


def test_gb2312_means_all_of_gb18030() -> None:
    raw = b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "朱镕基€".encode("gb18030")

    assert read_mail(raw).text == "朱镕基€"


def encoded(data: bytes, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?caf=C3=A9_noir?=", "café noir"),
        (f"{encoded('退货'.encode()[:4])}\r\n {encoded('退货'.encode()[4:])}", "退货"),
        (f"Re: {encoded('退货'.encode('gbk'), 'gb2312')} 1", "Re: 退货 1"),
        (f"{encoded('退'.encode())}and{encoded('货'.encode())}", "退and货"),
        ("=?utf-8?B?6YCA6LSn", "=?utf-8?B?6YCA6LSn"),
        ("=?utf-7?Q?Fr+APY-sche?=", "Frösche"),
        ("=?nonsense?q?a_b?=", "a b"),
    ],
)
def test_encoded_words_are_read(value: str, text: str) -> None:
    assert read_mail(mail(f"Subject: {value}")).subject == text


@pytest.mark.parametrize(
    ("value", "boxes"),
    [
        ('"Lin, Mei" <mei@mail.example>', [("Lin, Mei", "mei@mail.example")]),
        ("=?utf-8?q?Lin,_Mei?= <mei@mail.example>", [("Lin, Mei", "mei@mail.example")]),
        ("mei@mail.example (Mei (the buyer))", [("Mei the buyer", "mei@mail.example")]),
        (
            "a@x.example, b@x.example; <c@x.example>",
            [("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
        ),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("Mei Lin mei@mail.example", [("Mei Lin", "mei@mail.example")]),
        ('"Mei <mei@mail.example>', [("Mei", "mei@mail.example")]),
        ("<mailto:mei@mail.example>", [("", "mei@mail.example")]),
        ("小梅 <mei@mail.example>", [("小梅", "mei@mail.example")]),
    ],
)
def test_addresses_are_read(value: str, boxes: list[tuple[str, str]]) -> None:
    assert [tuple(box) for box in read_mail(mail(f"To: {value}")).to] == boxes


def test_who_hides_is_found_by_where_to_answer() -> None:
    assert read_mail(mail("From: ", "Reply-To: Tom <tom@x.example>")).sender == Address(
        "Tom", "tom@x.example"
    )
    assert (
        read_mail(mail("Return-Path: <tom@x.example>", "Subject: x")).sender.address
        == "tom@x.example"
    )


@pytest.mark.parametrize(
    "before", [b"\r\n\r\n", b"From mei@mail.example Tue Mar  5 2024\n", b"\xef\xbb\xbf"]
)
def test_what_stands_before_the_header_is_passed_over(before: bytes) -> None:
    read = read_mail(before + mail("From: mei@mail.example", "Subject: x", body="Hello"))

    assert (read.sender.address, read.subject, read.text) == ("mei@mail.example", "x", "Hello")


def test_identifiers_stand_without_angles() -> None:
    read = read_mail(
        mail(
            "Message-ID: <a@x>",
            "In-Reply-To: <b@y>",
            "References: <c@z>\r\n <b@y>",
            "Date: Tue, 5 Mar 2024 15:20:00 +0800",
        )
    )

    assert (read.message_id, read.in_reply_to, read.references) == ("a@x", ("b@y",), ("c@z", "b@y"))
    assert read.date is not None
    assert read.date.isoformat() == "2024-03-05T15:20:00+08:00"


def test_files_keep_their_names_and_bytes() -> None:
    name = "filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf"
    nameless = mail("Content-Type: image/png", "Content-Transfer-Encoding: base64", body="aGk=")
    named = mail(
        "Content-Type: application/pdf", f"Content-Disposition: attachment; {name}", body="x"
    )
    read = read_mail(
        multipart("mixed", plain("See."), named, nameless, file("a.txt", b"\0\1", "text/plain"))
    )

    assert [(one.name, one.content) for one in read.attachments] == [
        ("发票.pdf", b"x"),
        ("part-2.png", b"hi"),
        ("a.txt", b"\0\1"),
    ]
    assert read.text == "See."


def test_a_mail_within_is_a_file() -> None:
    inner = mail("Content-Type: message/rfc822", body=mail("Subject: 退货", body="Within"))
    read = read_mail(multipart("mixed", plain("See."), inner))

    assert [(one.name, one.type) for one in read.attachments] == [("退货.eml", "message/rfc822")]
    assert read_mail(read.attachments[0].content).text == "Within"
    assert read.text == "See."


def test_of_alternatives_both_are_kept() -> None:
    read = read_mail(multipart("alternative", plain("Hello"), html("<p>Hello <b>you</b></p>")))

    assert (read.text, read.html) == ("Hello", "<p>Hello <b>you</b></p>")


def test_html_alone_is_made_text() -> None:
    page = '<p>Hello&nbsp;<b>you</b>,</p><ul><li>one<li>two</ul><p><a href="https://tea.example/a">here</a></p>'

    assert (
        read_mail(html(page)).text == "Hello you,\n\n- one\n- two\n\nhere <https://tea.example/a>"
    )


QUOTES = {
    "gmail": '<div>Green.</div><div class="gmail_quote"><div class="gmail_attr">On Tue, Mar 5, 2024 at 3:20 PM Desk &lt;<a href="mailto:d@x.example">d@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><p>Which?</p></blockquote></div>',
    "apple": '<div>Green.</div><div><br><blockquote type="cite"><div>On 5 Mar 2024, at 15:20, Desk &lt;d@x.example&gt; wrote:</div><div>Which?</div></blockquote></div>',
    "outlook": '<p>Green.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Desk &lt;d@x.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Mei<br><b>Subject:</b> Re</p></div><p>Which?</p>',
    "outlook web": '<div>Green.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>何か:</b> Desk</div><div>Which?</div>',
    "163": '<div>Green.</div><p>At 2024-03-05 15:20:11, "Desk" &lt;d@x.example&gt; wrote:</p><blockquote id="isReplyContent"><p>Which?</p></blockquote>',
    "qq": "<div>Green.</div><div><includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>Which?</div></includetail></div>",
    "thunderbird": '<p>Green.</p><div class="moz-cite-prefix">On 05/03/2024 15:20, Desk wrote:<br></div><blockquote type="cite">Which?</blockquote>',
    "yahoo": '<div>Green.</div><div class="yahoo_quoted"><div>On Tuesday, Desk wrote:</div><div>Which?</div></div>',
    "signature": '<div>Green.</div><div class="gmail_signature"><div>Mei Lin</div></div>',
}  # fmt: skip


@pytest.mark.parametrize("page", QUOTES.values(), ids=QUOTES.keys())
def test_quotes_in_html_are_cut(page: str) -> None:
    assert read_mail(html(page)).visible_reply == "Green."


def test_winmail_is_opened() -> None:
    data = winmail("发票.txt", b"paid", "Read me")
    read = read_mail(multipart("mixed", file("winmail.dat", data, "application/ms-tnef")))

    assert [(one.name, one.content) for one in read.attachments] == [("发票.txt", b"paid")]
    assert read.text == "Read me"


def test_an_invitation_alone_is_readable() -> None:
    read = read_mail(mail("Content-Type: text/calendar; method=REQUEST", body=INVITATION))

    assert (
        read.text
        == "Tasting, green\n2024-03-05 15:20 Asia/Shanghai – 2024-03-05 16:00 Asia/Shanghai\nTea House\nmei@mail.example"
    )
    assert read.attachments[0].name == "part-1.ics"
