"""Who a visitor is decides what they see: an account its history, a stranger nothing of it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from tests.live.wire import Wire, message
from tests.make.world import NOON
from tongxin.center.kit import files
from tongxin.center.kit.files import FileRow
from tongxin.center.kit.ids import public_id
from tongxin.center.people.models import Identity, Person
from tongxin.service.channels import visitors
from tongxin.service.channels.actions import create_key, retire_keys
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import reply
from tongxin.service.conversations.models import Conversation, Message

Sign = Callable[[str], str]


@pytest.fixture
def sign(wire: Wire) -> Sign:
    """Return how the shop's server signs for an account."""
    now = datetime.now(UTC)
    key = create_key(actor=wire.tea.owner, inbox_id=wire.tea.inbox_id, now=now)

    def sign(subject: str) -> str:
        return visitors.sign(
            kid=key.kid, secret=key.secret, subject=subject, name=subject.title(),
            expires=now + timedelta(hours=1),
        )  # fmt: skip

    return sign


def say(wire: Wire, text: str, **hello: object) -> str:
    """Let somebody say hello and one thing; return the token they have then."""
    with wire.visitor(**hello) as (socket, welcome):
        socket.send(message(f"{text}"[:9].encode().hex(), text))
        socket.next("ack")
    return str(welcome["token"])


def given_by(wire: Wire, token: str, name: str = "secret.txt") -> FileRow:
    """Keep a file as the portal does for this visitor."""
    now = datetime.now(UTC)
    inbox = inboxes_by_id(inbox_ids=[wire.tea.inbox_id])[wire.tea.inbox_id]
    return files.store(
        workspace_id=inbox.workspace_id, uploader=visitors.read(token, inbox, now=now).label, name=name,
        content=ContentFile(b"42"), now=now,
    )  # fmt: skip


def test_an_account_sees_its_history_on_every_device(wire: Wire, sign: Sign) -> None:
    say(wire, "from the laptop", jwt=sign("mei"))

    with wire.visitor(jwt=sign("mei")) as (_socket, welcome):
        pass

    assert welcome["verified"] is True
    assert [m["text"] for m in welcome["messages"]] == ["from the laptop"]
    assert Conversation.objects.count() == 1


def test_a_stranger_and_another_account_see_none_of_it(wire: Wire, sign: Sign) -> None:
    say(wire, "我的订单 42", jwt=sign("mei"))

    with wire.visitor() as (_socket, stranger), wire.visitor(jwt=sign("tom")) as (_s, tom):
        pass

    assert (stranger["verified"], stranger["messages"], stranger["conversation"]) == (
        False,
        [],
        None,
    )
    assert (tom["verified"], tom["messages"], tom["conversation"]) == (True, [], None)


def test_who_only_says_an_account_s_name_or_address_sees_none_of_it(wire: Wire, sign: Sign) -> None:
    say(wire, "我的订单 42", jwt=sign("mei"))

    with wire.visitor(name="mei", sub="mei", email="mei@example.com") as (socket, welcome):
        socket.send(message("1", "我是 mei"))
        socket.next("ack")
        socket.send({"type": "email", "email": "mei@example.com"}, {"type": "hello", "sub": "mei"})
        again = socket.next("welcome")

    assert welcome["messages"] == again["messages"] == []
    assert Person.objects.filter(merged_into=None).count() == 2


def test_what_a_stranger_said_is_theirs_after_they_log_in(wire: Wire, sign: Sign) -> None:
    token = say(wire, "before")

    with wire.visitor(token=token, jwt=sign("mei")) as (_socket, welcome):
        pass

    assert (welcome["verified"], [m["text"] for m in welcome["messages"]]) == (True, ["before"])
    assert Conversation.objects.get().endpoint.kind == "external"


def test_the_token_of_before_the_log_in_opens_nothing_afterwards(wire: Wire, sign: Sign) -> None:
    old = say(wire, "before")
    say(wire, "after", token=old, jwt=sign("mei"))

    with wire.visitor(token=old) as (_socket, welcome):
        pass
    by_http = [wire.get(old), wire.post([message("x", "who am I?")], old)]

    assert (welcome["verified"], welcome["messages"], welcome["conversation"]) == (False, [], None)
    assert welcome["token"] != old
    assert [(answer.status, answer.code) for answer in by_http] == [(401, "visitor.token")] * 2
    assert Message.objects.count() == 2


def test_a_token_just_seen_by_http_reveals_nothing_once_it_is_retired(
    wire: Wire, sign: Sign
) -> None:
    old = str(wire.post([{"type": "hello"}]).body[0]["token"])
    wire.post([message("a", "before")], old)
    say(wire, "after", token=old, jwt=sign("mei"))

    seen = wire.get(old)

    assert seen.status == 401 or not any(frame["type"] == "message" for frame in seen.body)


def at_once(answer: Callable[[], bool]) -> bool:
    """Whether something is so within a moment: well before what is remembered is asked again."""
    until = time.monotonic() + 2
    while not answer() and time.monotonic() < until:
        time.sleep(0.02)
    return answer()


def test_a_retired_token_writes_nothing_more_by_http(wire: Wire, sign: Sign) -> None:
    old = str(wire.post([{"type": "hello"}]).body[0]["token"])
    wire.post([message("a", "before")], old)
    say(wire, "after", token=old, jwt=sign("mei"))

    assert at_once(lambda: wire.post([{"type": "ping"}], old).status == 401)
    assert wire.post([message("b", "too late")], old).code == "visitor.token"
    assert not Message.objects.filter(text="too late").exists()


def test_a_log_in_elsewhere_sends_the_stranger_s_socket_away_to_come_back(
    wire: Wire, sign: Sign
) -> None:
    with wire.visitor() as (stranger, welcome):
        old = welcome["token"]
        stranger.send(message("a", "before"))
        stranger.next("ack")
        say(wire, "after", token=old, jwt=sign("mei"))
        ended = stranger.end()
    with wire.visitor(token=old) as (_again, fresh):
        pass

    assert ended == 1013
    assert (fresh["messages"], fresh["conversation"]) == ([], None)
    assert fresh["token"] != old


def test_a_log_in_sends_no_other_visitor_away(wire: Wire, sign: Sign) -> None:
    token = say(wire, "before")
    with wire.visitor() as (stranger, _welcome), wire.visitor(jwt=sign("tom")) as (tom, _w):
        say(wire, "after", token=token, jwt=sign("mei"))
        time.sleep(0.3)

        for socket in (stranger, tom):
            socket.until_pong()


def test_who_logs_in_over_their_own_socket_stays(wire: Wire, sign: Sign) -> None:
    for account in ("mei", "tom", "li"):
        with wire.visitor() as (socket, welcome):
            socket.send(message(account, "before"))
            socket.next("ack")
            socket.send({"type": "hello", "token": welcome["token"], "jwt": sign(account)})
            known = socket.next("welcome")
            time.sleep(0.1)
            socket.send(message(f"{account}-2", "after"))
            socket.next("ack")

        assert (known["verified"], [m["text"] for m in known["messages"]]) == (True, ["before"])


def test_a_log_in_that_fails_leaves_the_stranger_where_they_were(wire: Wire, sign: Sign) -> None:
    with wire.visitor() as (socket, welcome):
        socket.send(message("a", "before"))
        socket.next("ack")
        socket.send({"type": "hello", "jwt": "forged"})
        refused = socket.next("refused")
        reply(
            actor=wire.tea.owner,
            conversation_ids=[Conversation.objects.get().pk],
            text="在",
            now=NOON,
        )
        heard = socket.next("message")
        say(wire, "after", token=welcome["token"], jwt=sign("mei"))

        assert socket.end() == 1013
    assert (refused["code"], heard["message"]["text"]) == ("visitor.claim", "在")


def test_after_a_gap_everybody_is_asked_for_anew(wire: Wire) -> None:
    """What was told while nobody listened is lost: what is remembered may be wrong."""
    token = str(wire.post([{"type": "hello"}]).body[0]["token"])
    wire.post([message("a", "before")], token)
    Identity.objects.update(retired_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )

    assert at_once(lambda: wire.post([{"type": "ping"}], token).status == 401)


def test_a_shared_computer_shows_the_second_account_nothing_of_the_first(
    wire: Wire, sign: Sign
) -> None:
    browser = say(wire, "mei writes before she logs in")
    say(wire, "mei's order", token=browser, jwt=sign("mei"))

    with wire.visitor(token=browser, jwt=sign("tom")) as (_socket, tom):
        pass

    assert tom["messages"] == []
    assert Person.objects.filter(merged_into=None).count() == 2


def test_a_retired_key_lets_nobody_in(wire: Wire) -> None:
    now = datetime.now(UTC)
    key = create_key(actor=wire.tea.owner, inbox_id=wire.tea.inbox_id, now=now)
    signed = visitors.sign(
        kid=key.kid, secret=key.secret, subject="mei", name="", expires=now + timedelta(hours=1)
    )
    retire_keys(actor=wire.tea.owner, inbox_id=wire.tea.inbox_id, kids=[key.kid], now=now)

    with wire.socket() as socket:
        socket.send({"type": "hello", "jwt": signed})
        assert socket.end() == 4401
    assert not Person.objects.exists()


def test_a_file_goes_out_only_with_a_message_of_whoever_gave_it(wire: Wire, sign: Sign) -> None:
    mei, tom = say(wire, "here comes a file"), say(wire, "let me see it")
    file = given_by(wire, mei)
    frame = message("f", "", files=[public_id("file", file.id)])

    with wire.visitor(token=tom) as (thief, _welcome):
        thief.send(frame)
        refused = thief.next("refused")
    with wire.visitor(token=mei) as (owner, _welcome):
        owner.send(frame)
        ack = owner.next("ack")

    assert refused["code"] == "file.unknown"
    assert [shown["name"] for shown in ack["message"]["files"]] == ["secret.txt"]
    assert Message.objects.filter(file_ids__contains=[file.id]).count() == 1
