"""Reports on our own mails are known for what they are, and what people write is not taken for one."""

import pytest

from tests.channel_email.mails import (
    ABSENCES,
    FAILURES,
    NEVER_ARRIVED,
    ORDINARY,
    OUR_MAIL,
    mail,
    multipart,
    plain,
    report,
    told,
)
from tongxin.plugins.channel_email.mime import read_mail

ALWAYS = ("From: Mei <mei@mail.example>", "To: desk@desk.example")


def test_a_standard_report_names_each_address() -> None:
    bounce = read_mail(report(NEVER_ARRIVED)).bounce

    assert bounce is not None
    assert (bounce.kind, bounce.original_id) == ("failed", "ours-1@desk.example")
    assert bounce.recipients == ("tom@gone.example", "mei@full.example")
    assert [failure.status for failure in bounce.failures] == ["5.1.1", "5.2.2"]
    assert bounce.permanent


def test_a_delay_is_no_failure() -> None:
    status = "Final-Recipient: rfc822; tom@gone.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
    bounce = read_mail(report(status)).bounce

    assert bounce is not None
    assert (bounce.kind, bounce.permanent, bounce.status) == ("delayed", False, "4.4.1")


def test_a_receipt_of_a_server_is_no_failure() -> None:
    status = "Final-Recipient: rfc822; tom@gone.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n"
    bounce = read_mail(report(status)).bounce

    assert bounce is not None
    assert (bounce.kind, bounce.permanent) == ("delivered", False)


def test_a_complaint_is_one() -> None:
    status = "Feedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <tom@gone.example>\r\n"
    bounce = read_mail(report(status, "feedback-report")).bounce

    assert bounce is not None
    assert (bounce.kind, bounce.recipients) == ("complaint", ("tom@gone.example",))
    assert bounce.original_id == "ours-1@desk.example"


@pytest.mark.parametrize(("raw", "address", "status"), FAILURES.values(), ids=FAILURES.keys())
def test_what_servers_tell_people_is_understood(raw: bytes, address: str, status: str) -> None:
    read = read_mail(raw)

    assert read.is_auto
    assert read.bounce is not None
    assert (read.bounce.recipients, read.bounce.status) == ((address,), status)
    assert read.bounce.permanent
    assert not read.answerable


def test_a_report_in_json_is_understood() -> None:
    body = (
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":'
        '"tom@gone.example","status":"5.1.1","diagnosticCode":"smtp; 550"}]},"mail":{"messageId":"0100"}}'
    )
    bounce = read_mail(told("no-reply@sns.example", "Notification", body)).bounce

    assert bounce is not None
    assert (bounce.recipients, bounce.status, bounce.original_id) == (
        ("tom@gone.example",),
        "5.1.1",
        "0100",
    )


@pytest.mark.parametrize("headers", ABSENCES.values(), ids=ABSENCES.keys())
def test_an_automatic_reply_is_never_answered(headers: tuple[str, ...]) -> None:
    read = read_mail(mail(*ALWAYS, *headers, body="I am away."))

    assert (read.is_auto, read.bounce, read.answerable) == (True, None, False)
    assert "automatic" in read.unanswerable


@pytest.mark.parametrize("headers", ORDINARY.values(), ids=ORDINARY.keys())
def test_what_people_write_is_not_automatic(headers: tuple[str, ...]) -> None:
    read = read_mail(mail(*ALWAYS, *headers, body="Please call me. It said 550 5.1.1 to me."))

    assert (read.is_auto, read.bounce) == (False, None)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("List-Id: <tea.lists.example>", "list"),
        ("Precedence: junk", "bulk"),
        ("Reply-To: no-reply@tea.example", "no_reply"),
        ("Return-Path: <>", "null_return_path"),
        ("X-Loop: desk@desk.example", "loop"),
        ("X-Auto-Response-Suppress: All", "automatic"),
    ],
)
def test_it_says_why_no_machine_may_answer(header: str, reason: str) -> None:
    assert reason in read_mail(mail(*ALWAYS, "Subject: x", header, body="Hello")).unanswerable


def test_a_person_who_passes_a_report_on_is_a_person() -> None:
    passed_on = multipart(
        "mixed",
        plain("My mail to you came back, what shall I do?"),
        mail("Content-Type: message/rfc822", body=OUR_MAIL),
        headers=(*ALWAYS, "Subject: Fwd: Undelivered Mail"),
    )

    assert read_mail(passed_on).bounce is None


def test_a_question_is_answerable() -> None:
    assert read_mail(mail(*ALWAYS, "Subject: x", body="Hello")).answerable
