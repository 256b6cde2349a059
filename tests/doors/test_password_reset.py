"""Whoever forgot their password gets a link by mail; nobody else learns who has a log-in."""

import re
import time

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from tests.make.world import world
from tongxin.center.accounts.models import User
from tongxin.project import environment

pytestmark = pytest.mark.django_db
ASK = "/account/password/reset/"
PAGE = {"Accept": "text/html"}
NEW = "a kettle of oolong"


@pytest.fixture
def li() -> str:
    """李工's e-mail address."""
    world()
    return User.objects.get().email


def ask(client: Client, email: str, language: str = "en") -> tuple[int, str]:
    headers = {**PAGE, "Accept-Language": language}
    response = client.post(ASK, {"email": email}, headers=headers, follow=True)
    # A form's token differs on every page.
    return response.status_code, re.sub(r'value="\w{64}"', "", response.content.decode())


def arrived(box: list[EmailMessage]) -> EmailMessage:
    """Wait for the mail: it is sent beside the request."""
    until = time.monotonic() + 5
    while not box and time.monotonic() < until:
        time.sleep(0.01)
    [mail] = box
    return mail


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/\S+)", str(mail.body))
    assert found
    return found[1]


class TestTheMail:
    @pytest.mark.parametrize(
        ("language", "subject", "says"),
        [
            ("en", "A new password for testserver", "The link is good for one hour"),
            ("zh-CN", "重设 testserver 的密码", "链接一小时内有效"),
        ],
    )
    def test_speaks_the_asker_s_language(
        self, client: Client, li: str, mailoutbox: list[EmailMessage],
        language: str, subject: str, says: str,
    ) -> None:  # fmt: skip
        ask(client, li, language)

        mail = arrived(mailoutbox)
        assert (mail.subject, mail.to) == (subject, [li])
        assert says in mail.body
        assert "&#" not in mail.body

    def test_has_a_link_that_sets_the_password_once(
        self, client: Client, li: str, mailoutbox: list[EmailMessage]
    ) -> None:
        ask(client, li)
        link = link_in(arrived(mailoutbox))

        form = client.get(link, follow=True)
        place = form.redirect_chain[-1][0]
        done = client.post(place, {"password1": NEW, "password2": NEW}, follow=True)
        again = Client().get(link, follow=True)

        assert "Your password is changed" in done.content.decode()
        assert User.objects.get().check_password(NEW)
        assert "not valid any more" in again.content.decode()


class TestTheDoor:
    def test_answers_the_same_for_an_address_that_nobody_has(
        self, client: Client, li: str, mailoutbox: list[EmailMessage]
    ) -> None:
        known = ask(client, li)
        arrived(mailoutbox)

        unknown = ask(client, "nobody@xiaoman.example")

        assert unknown == known
        assert len(mailoutbox) == 1

    def test_answers_the_same_when_the_mail_cannot_be_sent(
        self, client: Client, li: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_message: EmailMessage) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(EmailMessage, "send", refuse)

        status, _page = ask(client, li)

        assert status == 200

    def test_sends_five_in_an_hour(
        self, client: Client, li: str, mailoutbox: list[EmailMessage]
    ) -> None:
        answers = [ask(client, li) for _ in range(6)]

        assert [status for status, _page in answers] == [200] * 5 + [429]
        assert "too often" in answers[-1][1]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("", environment.Mail()),
        ("smtp://mail.example", environment.Mail("smtp", "mail.example", 25)),
        (
            "smtps://li%40xiaoman:te%2Fa@mail.example:4650",
            environment.Mail("smtp", "mail.example", 4650, "li@xiaoman", "te/a", begins_encrypted=True),
        ),
        (
            "smtp+starttls://li:tea@mail.example",
            environment.Mail("smtp", "mail.example", 587, "li", "tea", turns_encrypted=True),
        ),
    ],
)  # fmt: skip
def test_the_mail_server_is_named_by_one_address(
    monkeypatch: pytest.MonkeyPatch, said: str, wanted: environment.Mail
) -> None:
    monkeypatch.setenv("TONGXIN_MAIL", said)

    assert environment.mail() == wanted
