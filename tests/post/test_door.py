"""The mail door: for whom we take mail, and what a server is told; nothing is lost once we said yes."""

import asyncio
import smtplib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.make.world import World, world
from tongxin.faces.post.app import serve
from tongxin.project.bench.house import wait_for_port
from tongxin.project.bench.ports import free_port
from tongxin.service.channels.models import Call, Inbox
from tongxin.service.channels.queries import mailboxes
from tongxin.service.channels.values import Capabilities

RAW = (
    b"From: mei@example.com\r\nTo: help@tea.example\r\nMessage-ID: <a1@example.com>\r\n\r\n"
    b"\xe5\xa3\xb6\xe8\xa3\x82\r\n"
)


@pytest.fixture(autouse=True)
def taking_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let web chat have addresses, so that no mail channel is needed here."""
    asked = sys.modules[mailboxes.__module__]
    monkeypatch.setattr(asked, "capabilities", lambda _channel: Capabilities(by_mail=True))


@pytest.fixture
def tea(transactional_db: None) -> World:
    tea = world()
    named(tea.inbox_id, "Help@tea.example")
    return tea


def named(inbox_id: int, address: str) -> None:
    Inbox.objects.filter(pk=inbox_id).update(settings={"address": address})


@contextmanager
def door(protocol: str) -> Iterator[int]:
    """Open the door in a thread; yield its port."""
    port = free_port()
    loop, ending = asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        loop.run_until_complete(serve({protocol: ("127.0.0.1", port)}, ending))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_for_port(port)
        yield port
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def lmtp(tea: World) -> Iterator[smtplib.LMTP]:
    with door("lmtp") as port, smtplib.LMTP("127.0.0.1", port) as server:
        yield server


def test_a_mail_for_an_inbox_is_kept_as_it_came(lmtp: smtplib.LMTP, tea: World) -> None:
    lmtp.sendmail("mei@example.com", ["help@tea.example"], RAW)

    kept = Call.objects.get()
    assert kept.inbox_id == tea.inbox_id
    assert bytes(kept.body) == b"Delivered-To: help@tea.example\r\n" + RAW


def test_one_mail_to_two_addresses_of_an_inbox_comes_once_with_both(
    lmtp: smtplib.LMTP, tea: World
) -> None:
    lmtp.sendmail("", ["help@tea.example", "HELP+12-k7f3q9wx@Tea.example"], RAW)
    assert lmtp.getreply()[0] == 250  # LMTP answers for each recipient; smtplib reads one

    lines = bytes(Call.objects.get().body).split(b"\r\n")
    assert lines[:2] == [
        b"Delivered-To: help@tea.example", b"Delivered-To: HELP+12-k7f3q9wx@Tea.example",
    ]  # fmt: skip


def test_one_mail_for_two_inboxes_comes_to_each(lmtp: smtplib.LMTP, tea: World) -> None:
    far = world("远方")
    named(far.inbox_id, "far@tea.example")

    lmtp.sendmail("", ["help@tea.example", "far@tea.example"], RAW)
    assert lmtp.getreply()[0] == 250

    kept = set(Call.objects.values_list("inbox_id", flat=True))
    assert kept == {tea.inbox_id, far.inbox_id}


def test_nobody_s_mail_is_refused_and_that_of_others_taken(lmtp: smtplib.LMTP) -> None:
    refused = lmtp.sendmail("", ["help@tea.example", "nobody@tea.example"], RAW)

    assert refused == {"nobody@tea.example": (550, b"5.1.1 Nobody has this address here")}
    assert Call.objects.count() == 1


def test_an_inbox_that_is_off_takes_nothing(lmtp: smtplib.LMTP, tea: World) -> None:
    Inbox.objects.filter(pk=tea.inbox_id).update(enabled=False)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        lmtp.sendmail("", ["help@tea.example"], RAW)


@pytest.mark.parametrize(
    "strange",
    ["a\\@b", '"a b"@tea.example', "é@tea.example", "@", "help@tea.example\x01", "x" * 300],
)
def test_strange_addresses_are_refused_and_break_nothing(lmtp: smtplib.LMTP, strange: str) -> None:
    lmtp.ehlo_or_helo_if_needed()
    code, _words = lmtp.docmd("MAIL FROM:<>")
    assert lmtp.sock
    lmtp.sock.sendall(f"RCPT TO:<{strange}>\r\n".encode())
    refused, _words = lmtp.getreply()
    lmtp.rset()
    taken = lmtp.sendmail("", ["help@tea.example"], RAW)

    assert code == 250
    assert refused >= 500
    assert not taken


def test_bytes_that_are_no_text_are_kept_as_they_are(lmtp: smtplib.LMTP) -> None:
    lmtp.sendmail("", ["help@tea.example"], b"Subject: \xff\xfe\x00\r\n\r\n\x00\x80\r\n")

    assert bytes(Call.objects.get().body).endswith(b"Subject: \xff\xfe\x00\r\n\r\n\x00\x80\r\n")


def test_many_at_once_are_all_kept(tea: World) -> None:
    def send(port: int, number: int) -> None:
        with smtplib.LMTP("127.0.0.1", port) as server:
            for one in range(10):
                server.sendmail("", ["help@tea.example"], RAW + b"%d.%d" % (number, one))

    with door("lmtp") as port:
        threads = [threading.Thread(target=send, args=[port, number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    assert len({bytes(body) for body in Call.objects.values_list("body", flat=True)}) == 80


def test_smtp_is_spoken_too_and_nothing_is_passed_on(tea: World) -> None:
    with door("smtp") as port, smtplib.SMTP("127.0.0.1", port) as server:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail("a@x.example", ["b@y.example"], RAW)
        server.sendmail("a@x.example", ["help@tea.example"], RAW)

    assert Call.objects.count() == 1
