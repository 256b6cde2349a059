"""Mails handed to a real SMTP server, and what its refusals mean."""

import smtplib
from collections.abc import Iterator

import pytest

from tests.channel_email.channel import MEI, OURS, departure, email
from tests.channel_email.servers import Sink, sink
from tongxin.plugins.channel_email.plugin import Email
from tongxin.plugins.channel_email.posting import failure_of
from tongxin.project.bench.ports import free_port
from tongxin.sdk import Address, Failure, Refused

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
TOM = Address("email", "tom@example.com")


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as running:
        yield running


@pytest.fixture
def channel(server: Sink) -> Email:
    return email(smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none")


def test_mails_leave_and_say_by_which_id(server: Sink, channel: Email) -> None:
    receipts = channel.say([departure(1), departure(2, copied=(TOM,))])

    assert [(r.message_id, r.external_id, r.error) for r in receipts] == [
        (1, "12-k7f3q9wx.message.1@tea.example", ""), (2, "12-k7f3q9wx.message.2@tea.example", ""),
    ]  # fmt: skip
    assert [envelope.mail_from for envelope in server.heard] == [OURS, OURS]
    assert server.heard[1].rcpt_tos == ["mei@example.com", "tom@example.com"]


def test_a_machine_s_answer_has_no_sender_to_bounce_to(server: Sink, channel: Email) -> None:
    channel.say([departure(is_automatic=True)])

    assert [envelope.mail_from for envelope in server.heard] == ["<>"]


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ("550 5.1.1 no such user", Failure.INVALID_RECIPIENT),
        ("552 5.2.2 mailbox full", Failure.QUOTA),
        ("552 5.3.4 message too big", Failure.MEDIA),
        ("550 5.7.1 we do not like you", Failure.BLOCKED),
        ("554 spam", Failure.BLOCKED),
        ("451 4.7.1 greylisted, come back", Failure.RATE),
        ("451 try again", Failure.TRANSIENT),
        ("452 too many", Failure.RATE),
        ("599 who knows", Failure.CONTENT),
    ],
)
def test_a_refusal_is_told_in_our_words_and_stops_nothing_else(
    server: Sink, channel: Email, said: str, failure: Failure
) -> None:
    server.refusals.append(said)

    first, second = channel.say([departure(1), departure(2)])

    assert (first.error, second.error) == (failure, "")
    assert said.partition(" ")[2] in first.detail


def test_an_address_that_is_refused_fails_it_a_copy_does_not(server: Sink, channel: Email) -> None:
    server.refused_recipients = {MEI.value: "550 5.1.1 gone"}
    [refused] = channel.say([departure(1, copied=(TOM,))])
    server.refused_recipients = {TOM.value: "550 5.1.1 gone"}
    [taken] = channel.say([departure(2, copied=(TOM,))])

    assert (refused.error, taken.error) == (Failure.INVALID_RECIPIENT, "")


def test_a_wrong_password_is_a_matter_of_the_inbox(server: Sink) -> None:
    wrong = email(smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none", password="no")

    assert [r.error for r in wrong.say([departure(1), departure(2)])] == [Failure.AUTH] * 2
    with pytest.raises(Refused, match=r"inbox\.unreachable"):
        wrong.try_out()


def test_nobody_there_is_tried_again() -> None:
    away = email(smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none")

    assert [r.error for r in away.say([departure()])] == [Failure.TRANSIENT]


def test_the_settings_can_be_tried(channel: Email) -> None:
    assert channel.try_out() == OURS


def test_a_server_that_hangs_up_is_tried_again() -> None:
    failure, _words = failure_of(smtplib.SMTPServerDisconnected("gone"))

    assert failure is Failure.TRANSIENT
