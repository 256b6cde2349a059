"""No bytes make the reader raise, and none make it slow."""

# ruff: noqa: E501 - a table a line

import sys
from time import process_time
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channel_email.mails import NEVER_ARRIVED, mail, report, winmail
from tongxin.plugins.channel_email.mime import read_mail, reader, tnef
from tongxin.plugins.channel_email.mime.visible import visible

SIZE = 4_000  # letters; twice of it is compared with it
WHOLE = 60_000
HANGS = 2.0  # seconds of processor time, ten times what the slowest takes
BODIES = {
    "on mon": "On Mon ", "on mon lines": "On Mon\n", "spaces": " ", "newlines": "\n", "dates": "2024-03-05 15:20\n", "from": "From:\n",
    "from with address": "From: a@b.example\n", "dashes": "-", "lines of dashes": "--\n", "nested": "> > > > ", "signs": ">", "ats": "@",
    "colons": ":\n", "wrote": "wrote:\n", "pipes": "|\n", "delimiters": "-- \n", "regards": "Regards,\n", "entities": "&amp;", "zh": "发件人：\n",
    "zh wrote": "在2024年3月5日 写道：\n", "quotes and answers": "> x\nyes\n", "greetings": "Regards,\n\n-- \n",
}  # fmt: skip
PAGES = {
    "divs": "<div>", "quotes": "<blockquote>x", "smaller": "<", "open": "<a ", "half a value": '<a "', "comments": "<!--", "numbers": "&#1",
    "bold": "<b><p>", "scripts": "<script>", "lists": "<ol><li>", "hidden": '<div style="display:none">', "titles": "<title>", "cdata": "<![CDATA[",
}  # fmt: skip
HEADERS = {
    "to": "a@b.example, ", "angles": "<", "quotes": '"', "escapes": '"\\', "parentheses": "(", "words": "=?utf-8?q?", "half words": "=?a?b?x",
    "parameters": 'a="b"; ', "ids": "<a@b> ",
}  # fmt: skip


def work(raw: bytes) -> int:
    """Return how many lines of our own code reading this takes: time that no other process changes."""
    counted = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal counted
        counted += event == "line"
        return count if "channel_email" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        reader.read(raw)
    finally:
        sys.settrace(before)
    return counted


def seconds(raw: bytes) -> float:
    before = process_time()
    reader.read(raw)
    return process_time() - before


def of_size(piece: str, size: int) -> bytes:
    return (piece * (size // len(piece))).encode()


def twice_is_twice(once: bytes, twice: bytes) -> bool:
    return work(twice) < 2.5 * work(once) + 5000


@pytest.mark.parametrize("piece", BODIES.values(), ids=BODIES.keys())
def test_a_longer_text_takes_longer_in_proportion(piece: str) -> None:
    assert twice_is_twice(
        *(mail("Subject: x", body=of_size(piece, size)) for size in (SIZE, 2 * SIZE))
    )


@pytest.mark.parametrize("piece", ["{}\n--\n", "|{}|\n", "[{}]\n", "{} 1:20:\n", "> {}\nno {}\n"])
def test_lines_that_all_differ_are_looked_at_a_few_times(piece: str) -> None:
    rows = 6_000
    text = "".join(piece.format(i, i) for i in range(rows // piece.count("\n")))

    assert work(mail("Subject: x", body=text)) < 400 * rows


@pytest.mark.parametrize("piece", PAGES.values(), ids=PAGES.keys())
def test_a_longer_page_takes_longer_in_proportion(piece: str) -> None:
    kind = "Content-Type: text/html"
    assert twice_is_twice(*(mail(kind, body=of_size(piece, size)) for size in (SIZE, 2 * SIZE)))


@pytest.mark.parametrize("name", ["To", "Subject", "Content-Type", "References"])
@pytest.mark.parametrize("piece", HEADERS.values(), ids=HEADERS.keys())
def test_a_longer_header_takes_longer_in_proportion(piece: str, name: str) -> None:
    first = "text/plain; " if name == "Content-Type" else ""
    assert twice_is_twice(
        *(mail(f"{name}: {first}{of_size(piece, size).decode()}") for size in (SIZE, 2 * SIZE))
    )


@pytest.mark.parametrize("piece", ["--a\n", "--a\n\n--b\n", "--\n"])
def test_more_parts_take_longer_in_proportion(piece: str) -> None:
    kind = "Content-Type: multipart/mixed; boundary=a"
    assert twice_is_twice(*(mail(kind, body=of_size(piece, size)) for size in (SIZE, 2 * SIZE)))


@pytest.mark.parametrize("piece", BODIES.values(), ids=BODIES.keys())
def test_no_text_hangs_the_reader(piece: str) -> None:
    assert seconds(mail("Subject: x", body=of_size(piece, WHOLE))) < HANGS


@pytest.mark.parametrize("piece", PAGES.values(), ids=PAGES.keys())
def test_no_page_hangs_the_reader(piece: str) -> None:
    assert seconds(mail("Content-Type: text/html", body=of_size(piece, WHOLE))) < HANGS


@pytest.mark.parametrize("name", ["To", "Subject", "Content-Type", "References"])
@pytest.mark.parametrize("piece", HEADERS.values(), ids=HEADERS.keys())
def test_no_header_hangs_the_reader(piece: str, name: str) -> None:
    assert seconds(mail(f"{name}: {of_size(piece, WHOLE).decode()}")) < HANGS


@pytest.mark.parametrize("piece", ["BEGIN:VEVENT\n", "DTSTART;", 'DTSTART;"'])
def test_no_invitation_hangs_the_reader(piece: str) -> None:
    body = b"BEGIN:VEVENT\n" + of_size(piece, WHOLE)
    assert seconds(mail("Content-Type: text/calendar", body=body)) < HANGS


def test_parts_in_parts_end_somewhere() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2000)
    )

    assert reader.read(raw).subject == ""


def test_thousands_of_links_stay_readable() -> None:
    page = '<a href="https://tea.example/a">link</a> ' * 5000

    assert (
        "link <https://tea.example/a>" in read_mail(mail("Content-Type: text/html", body=page)).text
    )


HEAD = st.sampled_from(
    [
        b"From: ", b"To: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=a", b"Content-Type: text/html", b"--a", b"--a--",
        b"Content-Type: text/plain; charset=gb2312", b"Content-Type: message/delivery-status", b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable", b"Content-Type: text/calendar", b"Content-Type: application/ms-tnef", b"",
        b"Content-Disposition: attachment; filename*0*=utf-8''%e5", b"=?utf-8?q?=e5?=", b"=?utf-7?b?aa", b"BEGIN:VEVENT", b"Action: failed",
        b"From: mailer-daemon@x", b"Final-Recipient: rfc822; a@b", b"Content-Transfer-Encoding: x-uuencode", b"begin 644 a",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(HEAD, st.binary(max_size=20)), max_size=25))
def test_no_mail_is_too_odd(lines: list[tuple[bytes, bytes]]) -> None:
    reader.read(b"\n".join(head + rest for head, rest in lines))


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_no_bytes_are_too_odd(raw: bytes) -> None:
    read = reader.read(raw)

    assert (
        read.visible_reply.split("\n") <= read.text.split("\n")
        or visible(read.text) == read.visible_reply
    )


@settings(deadline=None)
@given(st.integers(0, 10_000), st.binary(max_size=8))
def test_torn_reports_and_files_are_read_as_far_as_they_go(at: int, other: bytes) -> None:
    for whole in (report(NEVER_ARRIVED), winmail("a.txt", b"x" * 20, "text")):
        torn = whole[: at % len(whole)] + other + whole[at % len(whole) + len(other) :]
        reader.read(torn)
        tnef.opened(torn)


def test_a_fault_of_the_reader_loses_no_mail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reader, "read", fail)

    assert read_mail("Subject: x\n\n您好".encode()).text.endswith("您好")
    assert "could not be read" in caplog.text
