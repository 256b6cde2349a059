"""What a mail means to the house."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channel_email.channel import NOON, OURS, came, departure, email
from tests.channel_email.test_letters import mail_of
from tongxin.plugins.channel_email.mime import read_mail
from tongxin.sdk import Address, Arrival, Batch, Failure, Refused, Stage

BOUNCE = """\
From: MAILER-DAEMON@mx.example
To: help@tea.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; mei@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: message/rfc822

Message-ID: <12-k7f3q9wx.message.1@tea.example>
From: help@tea.example
To: mei@example.com
Subject: hi

hi
--b--
"""


def raw(body: str = "壶裂了", **headers: str) -> bytes:
    usual = {
        "From": "小梅 <Mei@Example.com>", "To": OURS, "Subject": "茶壶", "Message_ID": "<a1@example.com>",
        "Date": "Sat, 21 Nov 2026 08:00:00 +0800",
    }  # fmt: skip
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in (usual | headers).items() if value
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}\r\n").encode()


def heard(body: str = "壶裂了", **headers: str) -> Arrival:
    [arrival] = email().hear(came(raw(body, **headers))).arrivals
    return arrival


def test_a_mail_becomes_a_message() -> None:
    arrival = heard()

    assert arrival.external_id == "a1@example.com"
    assert arrival.sender == Address("email", "mei@example.com", "小梅")
    assert (arrival.subject, arrival.text) == ("茶壶", "壶裂了")
    assert arrival.sent_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert not arrival.is_automatic


def test_one_reads_the_answer_and_keeps_the_rest() -> None:
    arrival = heard(
        "好的，谢谢！\n\nOn Sat, Nov 21, 2026 at 8:00 AM 小满茶具 <help@tea.example> wrote:\n> 我们给您换一把。"
    )

    assert arrival.text == "好的，谢谢！"
    assert "我们给您换一把" in arrival.whole


def test_nothing_but_a_subject_is_said_by_the_subject() -> None:
    assert heard("", Subject="请回电").text == "请回电"


def test_an_answer_to_ours_brings_the_mark_back() -> None:
    ours = mail_of(departure())
    by_address = heard(To=str(ours["Reply-To"]))
    by_id = heard(In_Reply_To=str(ours["Message-ID"]))
    by_subject = heard(Subject=f"回复：{ours['Subject']}")

    assert [(one.token, one.details["token_by"]) for one in (by_address, by_id, by_subject)] == [
        ("12-k7f3q9wx", "address"), ("12-k7f3q9wx", "id"), ("12-k7f3q9wx", "subject"),
    ]  # fmt: skip
    assert by_subject.subject == "回复：Re: 茶壶裂了"


def test_the_address_is_surer_than_an_id_and_that_than_the_subject() -> None:
    arrival = heard(
        To="help+1-aaaaaaaa@tea.example", In_Reply_To="<2-bbbbbbbb.message.1@tea.example>",
        Subject="茶壶 [#3-cccccccc]",
    )  # fmt: skip

    assert arrival.token == "1-aaaaaaaa"


def test_a_mark_at_another_address_is_none_of_ours() -> None:
    assert heard(To="sales+1-aaaaaaaa@other.example").token == ""


def test_what_it_answers_the_nearest_first() -> None:
    arrival = heard(In_Reply_To="<a3@x>", References="<a1@x> <a2@x> <a3@x>")

    assert arrival.answers == ("a3@x", "a2@x", "a1@x")


def test_who_else_got_it() -> None:
    arrival = heard(
        To=f"{OURS}, Tom <Tom@example.com>",
        Cc="help+x@tea.example, mei@example.com, anna@example.com",
    )

    assert [one.value for one in arrival.copied] == ["tom@example.com", "anna@example.com"]


def test_what_our_own_form_sends_is_from_whom_it_names() -> None:
    form = heard(From="web@tea.example", Reply_To="张三 <zhang@example.com>")
    other = heard(From="someone@example.com", Reply_To="zhang@example.com")

    assert (form.sender.value, form.sender.name) == ("zhang@example.com", "张三")
    assert other.sender.value == "someone@example.com"


def test_our_own_mail_that_comes_back_says_nothing() -> None:
    assert email().hear(came(raw(From=OURS))) == Batch()
    assert email().hear(came(mail_of(departure()).as_bytes())) == Batch()


def test_a_machine_s_answer_is_known_as_one() -> None:
    assert heard(Auto_Submitted="auto-replied").is_automatic
    assert heard(List_Id="<news.example>").is_automatic


def test_mails_of_tomorrow_and_of_1970_came_now() -> None:
    for date in ("Sat, 21 Nov 2099 08:00:00 +0800", "Thu, 1 Jan 1970 00:00:00 +0000", "never", ""):
        assert heard(Date=date).sent_at == NOON


def test_who_sets_the_clock_back_has_not_waited_longest() -> None:
    came = "from mx.example by mail.example (a; b); Sat, 21 Nov 2026 11:58:00 +0000"
    earlier = "from phone by mx.example; Sat, 21 Nov 2026 09:00:00 +0000"
    forged = heard(Received=came, Date="Mon, 2 Jan 1995 08:00:00 +0000")
    mangled = heard(Received="from mx.example", Date="Sat, 21 Nov 2026 08:00:00 +0000")
    ahead = heard(Received="from mx.example; Sat, 21 Nov 2099 08:00:00 +0000")

    assert forged.sent_at == datetime(2026, 11, 21, 11, 58, tzinfo=UTC)
    assert mangled.sent_at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert ahead.sent_at == NOON
    whole = f"Received: {came}\nReceived: {earlier}\nDate: {earlier[-31:]}\n\nhi".encode()
    assert read_mail(whole).received == datetime(2026, 11, 21, 11, 58, tzinfo=UTC)


def test_without_an_id_it_is_known_by_what_it_is() -> None:
    assert heard(Message_ID="").external_id == heard(Message_ID="").external_id
    assert heard(Message_ID="").external_id != heard("另一封", Message_ID="").external_id


def test_a_very_long_id_is_shortened_to_one_of_its_own() -> None:
    one, other = (heard(Message_ID=f"<{'a' * 900}{n}@x>").external_id for n in (1, 2))

    assert len(one) <= 200
    assert one != other


@pytest.mark.parametrize(
    ("action", "status", "failure"),
    [("failed", "5.1.1", Failure.INVALID_RECIPIENT), ("failed", "5.2.2", Failure.QUOTA)],
)
def test_a_bounce_fails_our_mail(action: str, status: str, failure: Failure) -> None:
    batch = email().hear(came(BOUNCE.format(action=action, status=status).encode()))

    [progress] = batch.progress
    assert not batch.arrivals
    assert progress.external_id == "12-k7f3q9wx.message.1@tea.example"
    assert (progress.stage, progress.failure) == (Stage.FAILED, failure)
    assert "no such user" in progress.detail


def test_a_delay_fails_nothing() -> None:
    batch = email().hear(came(BOUNCE.format(action="delayed", status="4.4.1").encode()))

    assert not any(one.stage is Stage.FAILED for one in batch.progress)


@given(st.binary(max_size=400))
def test_whatever_comes_is_read(body: bytes) -> None:
    assert isinstance(email().hear(came(body)), Batch)


def test_nothing_comes_in_by_the_public_door() -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        email().verify(came(raw()))
