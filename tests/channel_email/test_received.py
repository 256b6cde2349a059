"""Mails that Resend keeps are fetched when it says that one came, each once and in their order."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.channel_email import posts
from tests.channel_email.channel import OURS, came, email
from tests.plugins.bending import bent
from tests.plugins.standin import Asked, Reply, Vendor, vendor
from tongxin.plugins.channel_email.plugin import Email
from tongxin.sdk import Batch, Page, Refused, Unreachable

LIST = "/emails/receiving"


class Resend:
    """The list of an account, newest first, a few at a time; and its mails, raw behind another address."""

    def __init__(self, many: int) -> None:
        self.names = [f"mail-{number}" for number in range(many)]
        self.address, self.at_once = "", 100
        self.details: dict[str, Any] = {}
        self.beside: dict[str, Reply] = {}

    def answer(self, asked: Asked) -> Reply:
        assert asked.path.startswith("/raw/") or asked.headers["authorization"] == "Bearer k3y"
        if asked.path == LIST:
            newest = self.names[::-1]
            first = newest.index(asked.query["after"]) + 1 if "after" in asked.query else 0
            some = newest[first : first + self.at_once]
            more = first + self.at_once < len(newest)
            return 200, {"object": "list", "has_more": more, "data": [{"id": one} for one in some]}
        name = asked.path.rpartition("/")[2]
        if asked.path.startswith("/raw/"):
            return 200, posts.RAW.replace(b"a1@", f"{name}@".encode())
        if name not in self.names:
            return self.beside.get(asked.path, (404, {"name": "not_found"}))
        return 200, self.details.get(name, {"raw": {"download_url": f"{self.address}/raw/{name}"}})


@pytest.fixture
def resend(settings: Any) -> Iterator[tuple[Resend, Vendor]]:
    settings.TRUSTS_OWN_NETWORK = True
    account = Resend(3)
    with vendor(account.answer) as runs:
        account.address = runs.address
        yield account, runs


def channel(service: Vendor, **changes: Any) -> Email:
    return email(
        **{
            "comes_in": "provider", "provider": "resend", "hook_secret": posts.WHSEC, "api_key": "k3y",
            "api_base": service.address, "smtp_host": "",
        } | changes
    )  # fmt: skip


def read(service: Vendor, cursor: str = "") -> Page:
    opened = channel(service).listen()
    assert opened is not None
    with opened as line:
        return line.next(cursor, 0)


def names(page: Page) -> list[str]:
    [*found] = (email().hear(came(body)).arrivals[0].external_id for body in page.bodies)
    return [name.partition("@")[0] for name in found]


def test_a_post_says_only_that_there_is_news(resend: tuple[Resend, Vendor]) -> None:
    ours = channel(resend[1])
    call = posts.resend_step("received")
    ours.verify(call)

    assert ours.hear(call) == Batch(has_news=True)


def test_mails_come_as_they_were_the_oldest_first_and_each_once(
    resend: tuple[Resend, Vendor],
) -> None:
    account, service = resend
    first = read(service)
    again = read(service, first.cursor)
    account.names.append("mail-3")
    new = read(service, again.cursor)

    assert names(first) == ["mail-0", "mail-1", "mail-2"]
    assert first.bodies[0].endswith("壶嘴裂了\r\n".encode("gb18030"))
    assert (again.bodies, again.cursor) == ([], first.cursor)
    assert names(new) == ["mail-3"]


def test_at_first_only_the_latest_are_read_and_afterwards_all(
    resend: tuple[Resend, Vendor],
) -> None:
    account, service = resend
    account.names = [f"mail-{number}" for number in range(40)]
    first = read(service)
    account.names += [f"mail-{number}" for number in range(40, 65)]
    account.at_once = 7
    found, page = list[str](), first
    while page.has_more or page is first:
        page = read(service, page.cursor)
        found += names(page)

    assert names(first) == [f"mail-{number}" for number in range(20, 40)]
    assert found == [f"mail-{number}" for number in range(40, 65)]


def test_one_that_shows_late_in_the_list_is_not_lost(resend: tuple[Resend, Vendor]) -> None:
    account, service = resend
    first = read(service)
    account.names.insert(2, "mail-late")

    assert names(read(service, first.cursor)) == ["mail-late"]


def test_a_mail_that_was_deleted_there_is_passed_over(resend: tuple[Resend, Vendor]) -> None:
    account, service = resend
    gone = account.names[1]
    service.answer = lambda asked: (404, {}) if asked.path.endswith(gone) else account.answer(asked)

    page = read(service)

    assert names(page) == ["mail-0", "mail-2"]
    assert gone in page.cursor


def test_a_mail_that_is_only_there_in_parts_is_put_together(resend: tuple[Resend, Vendor]) -> None:
    account, service = resend
    account.names = ["mail-0"]
    account.details = {
        "mail-0": {
            "from": "小梅 <mei@example.com>", "to": [OURS], "cc": [], "subject": "茶壶", "text": "壶嘴裂了",
            "html": None, "message_id": "<a1@example.com>", "raw": None,
            "headers": {"From": "x@example.com", "In-Reply-To": "<b2@example.com>", "Content-Type": "text/plain"},
            "attachments": [{"id": "file-0", "filename": "壶.png", "content_type": "image/png"}],
        },
    }  # fmt: skip
    url = f"{service.address}/raw/file-0"
    account.beside = {f"{LIST}/mail-0/attachments/file-0": (200, {"download_url": url})}

    [arrival] = email().hear(came(read(service).bodies[0])).arrivals

    assert (arrival.external_id, arrival.sender.value, arrival.text, arrival.subject) == (
        "a1@example.com", "mei@example.com", "壶嘴裂了", "茶壶",
    )  # fmt: skip
    assert arrival.answers == ("b2@example.com",)
    assert [(f.name, f.kind) for f in arrival.attachments] == [("壶.png", "image/png")]


def test_a_mail_whose_bytes_are_gone_is_put_together(resend: tuple[Resend, Vendor]) -> None:
    account, service = resend
    account.names = ["mail-0"]
    said = {"from": "mei@example.com", "to": [OURS], "text": "Hello", "attachments": [{"id": "x"}]}
    url = f"{service.address}/raw/mail-0"
    account.details = {"mail-0": said | {"raw": {"download_url": url}}}
    service.answer = lambda asked: (403, b"") if "/raw/" in asked.path else account.answer(asked)

    [arrival] = email().hear(came(read(service).bodies[0])).arrivals

    assert (arrival.text, arrival.attachments) == ("Hello", ())
    assert arrival.external_id.endswith("@rebuilt.invalid")


@pytest.mark.parametrize("details", [{}, {"from": 1, "to": 2}, {"raw": "x"}, {"attachments": [1]}])
def test_a_mail_unlike_any_other_holds_nothing_up(
    resend: tuple[Resend, Vendor], details: dict[str, Any]
) -> None:
    account, service = resend
    account.details = {"mail-1": details}

    assert len(read(service).bodies) == 3


@hypothesis.settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_resend_may_answer_is_lost_or_breaks_us(
    resend: tuple[Resend, Vendor], data: st.DataObject
) -> None:
    _account, service = resend
    said = {
        "from": "mei@example.com", "to": [OURS], "cc": [], "subject": "茶壶", "text": "壶嘴裂了", "html": "<p>x</p>",
        "message_id": "<a1@example.com>", "raw": None, "headers": {"X-A": "b"}, "attachments": [],
    }  # fmt: skip
    detail = data.draw(bent(json.dumps(said).encode()))
    listed = {"has_more": False, "data": [{"id": "mail-0"}]}
    list_ = data.draw(st.just(json.dumps(listed).encode()) | bent(json.dumps(listed).encode()))
    service.answer = lambda asked: (200, list_ if asked.path == LIST else detail)

    with suppress(Unreachable):
        for body in read(service).bodies:
            email().hear(came(body))


@pytest.mark.parametrize(
    "answer",
    [(401, {"name": "restricted_api_key"}), (200, {"data": [1]}), (200, {"data": None}), (200, b"<html>")],
)  # fmt: skip
def test_whatever_else_is_answered_is_tried_again(
    resend: tuple[Resend, Vendor], answer: Reply
) -> None:
    _account, service = resend
    service.answer = lambda _asked: answer

    with pytest.raises(Unreachable):
        read(service)


def test_whoever_is_asked_too_often_is_asked_again(resend: tuple[Resend, Vendor]) -> None:
    account, service = resend
    seen = set[str]()

    def answer(asked: Asked) -> Reply:
        if asked.path in seen:
            return account.answer(asked)
        seen.add(asked.path)
        return 429, {"name": "rate_limit_exceeded"}, {"retry-after": "0"}

    service.answer = lambda asked: account.answer(asked) if "/raw/" in asked.path else answer(asked)

    assert names(read(service)) == ["mail-0", "mail-1", "mail-2"]


def test_what_was_fetched_before_it_broke_off_is_kept(resend: tuple[Resend, Vendor]) -> None:
    account, service = resend
    service.answer = lambda asked: (500, {}) if asked.path.endswith("-1") else account.answer(asked)
    page = read(service)
    with pytest.raises(Unreachable):
        read(service, page.cursor)
    service.answer = account.answer

    assert (names(page), page.has_more) == (["mail-0"], True)
    assert names(read(service, page.cursor)) == ["mail-1", "mail-2"]


def test_the_settings_can_be_tried(resend: tuple[Resend, Vendor]) -> None:
    _account, service = resend
    given = {"goes_out": "provider"}
    service.answer = lambda _asked: (200, {"data": []})

    assert channel(service, **given).try_out() == OURS
    service.answer = lambda asked: (
        401 if asked.path == LIST else 200,
        {"name": "restricted_api_key"},
    )
    for ours in (channel(service, **given), channel(service, **given, api_key="")):
        with pytest.raises(Refused, match=r"inbox\.not_accepted"):
            ours.try_out()
