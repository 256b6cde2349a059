"""A mail comes in by swaks and dovecot, is answered at the desk, read by IMAP, and answered again in its thread."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import imapclient
import pytest

from tests.channel_email.servers import Sink, sink
from tests.make.relaying import relayed
from tests.make.world import NOON, World, world
from tongxin.project.bench.dovecot import PASSWORD, Dovecot, dovecot, has_dovecot
from tongxin.service.channels.actions import Listener, create_inbox, fetch_now, send_from
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls, reply
from tongxin.service.conversations.models import Conversation, Letter, Message

pytestmark = [
    pytest.mark.skipif(not has_dovecot(), reason="dovecot is not installed"),
    pytest.mark.skipif(shutil.which("swaks") is None, reason="swaks is not installed"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
OURS, MEI = "help@tea.example", "mei@example.com"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def outside() -> Iterator[Sink]:
    with sink() as running:
        yield running


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


@pytest.fixture
def inbox_id(tea: World, server: Dovecot, outside: Sink) -> int:
    settings = {
        "address": OURS, "user": "help", "password": PASSWORD, "plus": True, "sender_name": "小满茶具",
        "imap_host": "127.0.0.1", "imap_port": server.imap, "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_port": outside.port, "smtp_security": "none",
    }  # fmt: skip
    return create_inbox(
        actor=tea.owner, channel="email", name="客服邮箱", settings=settings, now=NOON
    )


def swaks(server: Dovecot, to: str, subject: str, body: str, *headers: str) -> None:
    """Write as somebody does who has a mail program."""
    more = [word for header in headers for word in ("--add-header", header)]
    subprocess.run(
        [
            "swaks", "--server", f"127.0.0.1:{server.lmtp}", "--protocol", "LMTP", "--to", to, "--from", MEI,
            "--h-From", f"Mei <{MEI}>", "--h-Subject", subject, "--body", body,
            "--add-header", "Content-Type: text/plain; charset=utf-8", *more,
        ],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip


def take_in(inbox_id: int) -> None:
    """Fetch what the mailbox has, and read it, as the worker does."""
    now = datetime.now(UTC)
    listener = Listener(inboxes_by_id(inbox_ids=[inbox_id])[inbox_id], "test", lambda: now)
    for _page in range(3):
        fetch_now(listener)
    while hear_calls(now=now):
        pass


def sent(inbox_id: int, outside: Sink, server: Dovecot) -> EmailMessage:
    """Let what waits go out, on to Mei's mailbox; return it as she reads it there."""
    relayed()
    while send_from(inbox_id=inbox_id, clock=lambda: datetime.now(UTC)):
        pass
    relayed()
    content = outside.heard[-1].content
    assert isinstance(content, bytes)
    server.deliver(content, MEI, sender=OURS)
    with imapclient.IMAPClient("127.0.0.1", server.imap, ssl=False) as hers:
        hers.login("mei", PASSWORD)
        hers.select_folder("INBOX")
        [uid] = hers.search("UNSEEN")
        raw = hers.fetch([uid], ["BODY[]"])[uid][b"BODY[]"]
    return message_from_bytes(raw, policy=policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).strip()


def test_a_mail_is_answered_and_its_answer_finds_the_conversation(
    tea: World, inbox_id: int, server: Dovecot, outside: Sink
) -> None:
    swaks(server, OURS, "My teapot", "The lid is broken. 壶盖碎了。")
    take_in(inbox_id)
    talk = Conversation.objects.get()
    assert (talk.subject, talk.last_text) == ("My teapot", "The lid is broken. 壶盖碎了。")

    [message_id] = reply(
        actor=tea.owner, conversation_ids=[talk.pk], text="我们给您**换一个**。", now=NOON
    )
    mail = sent(inbox_id, outside, server)
    assert Message.objects.get(pk=message_id).state == "sent"
    assert body(mail, "plain") == "我们给您换一个。"
    assert "<p>我们给您<strong>换一个</strong>。</p>" in body(mail, "html")
    assert mail["Subject"].startswith("Re: My teapot")
    assert "李工" in mail["From"]

    answer = f"谢谢！\r\n\r\nOn Sat, Nov 21, 2026 at 12:00 PM {OURS} wrote:\r\n> 我们给您换一个。"
    swaks(server, str(mail["Reply-To"]), f"Re: {mail['Subject']}", answer)
    swaks(server, OURS, "Another matter", "Do you have cups?")
    swaks(
        server, OURS, "no subject of ours", "我还有一个问题", f"In-Reply-To: {mail['Message-ID']}"
    )
    take_in(inbox_id)

    said = Message.objects.filter(conversation=talk.pk, kind="in").order_by("pk")
    assert [m.text for m in said][1:] == ["谢谢！", "我还有一个问题"]
    ways = Letter.objects.filter(message__in=said).order_by("message_id")
    assert list(ways.values_list("attached_by", flat=True)) == ["", "address", "mark"]
    assert Conversation.objects.count() == 2


def test_a_bounce_fails_the_message_at_the_desk(
    tea: World, inbox_id: int, server: Dovecot, outside: Sink
) -> None:
    swaks(server, OURS, "Hello", "Anybody there?")
    take_in(inbox_id)
    talk = Conversation.objects.order_by("-pk")[0]
    [message_id] = reply(actor=tea.owner, conversation_ids=[talk.pk], text="在的", now=NOON)
    mail = sent(inbox_id, outside, server)

    report = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {OURS}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'Message-ID: <b1@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report;'
        ' report-type=delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {MEI}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n"
        f"From: {OURS}\r\n\r\nhi\r\n--b--\r\n"
    )  # fmt: skip
    server.deliver(report.encode(), OURS, sender="")
    take_in(inbox_id)
    relayed()

    failed = Message.objects.get(pk=message_id)
    assert (failed.state, failed.error) == ("failed", "invalid_recipient")
