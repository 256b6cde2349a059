"""What goes out: mails that programs thread and show, whatever somebody wrote."""

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.channel_email.channel import MEI, NOON, OURS, departure
from tongxin.plugins.channel_email import marks
from tongxin.plugins.channel_email.letters import letter, recipients
from tongxin.plugins.channel_email.mime import Mail, read_mail
from tongxin.sdk import Address, Departure, Enclosure

TOM = Address("email", "tom@example.com", "Tom, Jr.")


def mail_of(
    going: Departure, *, name: str = "小满茶具", plus: bool = True, marks_subject: bool = True
) -> EmailMessage:
    return letter(going, address=OURS, name=name, plus=plus, marks_subject=marks_subject)


def read(going: Departure, **how: Any) -> Mail:
    """Return the mail as whoever gets it reads it."""
    return read_mail(mail_of(going, **how).as_bytes())


def test_it_reads_as_it_was_written() -> None:
    mail = read(departure(copied=(TOM,), html="<p>您好，我们给您<b>换一把</b>。</p>"))

    assert mail.sender == ("周杰 · 小满茶具", OURS)
    assert [tuple(one) for one in mail.to] == [("小梅", "mei@example.com")]
    assert [tuple(one) for one in mail.cc] == [("Tom, Jr.", "tom@example.com")]
    assert mail.text.strip() == "您好，我们给您换一把。"
    assert "<b>换一把</b>" in mail.html
    assert mail.date == NOON


def test_it_goes_to_everybody_once() -> None:
    assert recipients(departure(copied=(TOM, MEI))) == ["mei@example.com", "tom@example.com"]


def test_it_answers_the_last_mail_and_names_those_before() -> None:
    mail = read(departure(answers="a3@example.com", thread=("a1@example.com", "a2@example.com")))

    assert mail.in_reply_to == ("a3@example.com",)
    assert mail.references == ("a1@example.com", "a2@example.com", "a3@example.com")
    assert mail.subject == "Re: 茶壶裂了 [#12-k7f3q9wx]"


def test_of_a_long_thread_the_first_and_the_latest_are_named() -> None:
    thread = tuple(f"a{n}@example.com" for n in range(500))

    named = read(departure(answers="a499@example.com", thread=thread)).references

    assert (len(named), named[0], named[-1]) == (20, "a0@example.com", "a499@example.com")


def test_every_mark_leads_back() -> None:
    mail = read(departure())

    assert [marks.of_address(one.address) for one in mail.reply_to] == ["12-k7f3q9wx"]
    assert marks.of_id(mail.message_id) == "12-k7f3q9wx"
    assert marks.of_subject(mail.subject) == "12-k7f3q9wx"


def test_its_id_is_the_same_at_every_repetition() -> None:
    assert mail_of(departure())["Message-ID"] == mail_of(departure())["Message-ID"]
    assert mail_of(departure(1))["Message-ID"] != mail_of(departure(2))["Message-ID"]


def test_subjects_stay_clean_where_that_is_wished_and_are_marked_once_otherwise() -> None:
    marked = departure(subject="Re: 茶壶裂了 [#12-k7f3q9wx]")

    assert read(departure(), marks_subject=False).subject == "Re: 茶壶裂了"
    assert read(marked).subject == "Re: 茶壶裂了 [#12-k7f3q9wx]"


def test_without_plus_addresses_answers_come_to_the_mailbox() -> None:
    assert mail_of(departure(), plus=False)["Reply-To"] is None


def test_what_a_machine_says_is_not_to_be_answered_by_another() -> None:
    mail = mail_of(departure(is_automatic=True))

    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert not read_mail(mail.as_bytes()).answerable
    assert read(departure()).answerable


def test_files_travel_with_their_names() -> None:
    photo = Enclosure("裂了的茶壶.png", "image/png", 3, lambda: b"abc")

    [file] = read(departure(files=(photo,))).attachments

    assert (file.name, file.type, file.content) == ("裂了的茶壶.png", "image/png", b"abc")


@given(st.text(), st.text(), st.text(), st.text())
@example("", "", "(", "")
def test_no_text_breaks_out_of_its_place(text: str, subject: str, name: str, file: str) -> None:
    going = departure(
        text=text, subject=subject, author=name, recipient=Address("email", "mei@example.com", name),
        files=(Enclosure(file, "", 1, lambda: b"a"),),
    )  # fmt: skip

    raw = mail_of(going).as_bytes()

    head = raw.partition(b"\r\n\r\n")[0]
    names = [
        line.partition(b":")[0].lower() for line in head.split(b"\r\n") if not line[:1].isspace()
    ]
    assert sorted(names) == sorted({
        b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
        b"mime-version", b"content-type",
    })  # fmt: skip
    assert read_mail(raw).sender.address == OURS


@pytest.mark.parametrize(
    "strange", ["a b@example.com", "a@b>", "sha256.0123", "很@example.com", ""]
)
def test_ids_that_are_none_are_not_named(strange: str) -> None:
    mail = mail_of(departure(answers=strange, thread=(strange,)))

    assert mail["In-Reply-To"] is None
    assert mail["References"] is None
