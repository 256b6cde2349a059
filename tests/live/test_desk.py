"""Agents at the wire: let in by a ticket, shown only what is their workspace's."""

import psycopg
import pytest
from django.core.signing import Signer, TimestampSigner

from tests.live.wire import Frame, Socket, Wire, message
from tests.make.world import NOON, world
from tongxin.center.accounts.actions import define_role, end_log_ins, note_log_in, remove_members
from tongxin.center.accounts.models import Member
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.signals import connection_info, listen_statement
from tongxin.center.kit.signals import heard as told_by
from tongxin.center.people.values import Address
from tongxin.faces.live.desk import TICKET_SALT
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import TYPING, Heard
from tongxin.service.conversations.actions import merge, receive, reply
from tongxin.service.conversations.models import Conversation
from tongxin.service.notices.actions import alert
from tongxin.service.notices.actions.alerting import Alert
from tongxin.service.notices.values import Occasion
from tongxin.service.team.queries import state_of
from tongxin.service.team.values import State


def ticket(member: Actor) -> str:
    return TimestampSigner(salt=TICKET_SALT).sign(str(member.id))


def old_ticket(member: Actor) -> str:
    """Return what was signed in 1970."""
    signer = TimestampSigner(salt=TICKET_SALT)
    return Signer(key=signer.key, salt=TICKET_SALT).sign(f"{member.id}:0001")


def look(socket: Socket, conversation_id: int) -> list[Frame]:
    """Look at a conversation; return who is there, if one may see it."""
    socket.send({"type": "view", "conversation_id": public_id("conv", conversation_id)})
    return [frame for frame in socket.until_pong() if frame["type"] == "viewers"]


def test_whose_ticket_is_good_is_welcomed_and_online(wire: Wire) -> None:
    tom = wire.tea.member()
    with wire.agent(ticket(tom)) as socket:
        welcome = socket.next("welcome")

    assert welcome["member_id"] == public_id("mem", tom.id)
    assert state_of(member_id=tom.id) is State.ONLINE


def test_a_ticket_that_is_none_lets_nobody_in(wire: Wire) -> None:
    owner = wire.tea.owner
    good = ticket(owner)
    forged = [
        "", "x", "1:2:3", str(owner.id), good[:-1], good + "x", good.replace(str(owner.id), "1", 1) + "0",
        TimestampSigner(salt="tongxin.other").sign(str(owner.id)), old_ticket(owner),
        TimestampSigner(salt=TICKET_SALT).sign("mei"), TimestampSigner(salt=TICKET_SALT).sign(str(2**62)),
        "\ud800", "\x00",
    ]  # fmt: skip

    for wrong in forged:
        with wire.agent(wrong) as socket:
            assert socket.end() == 4401, wrong


@pytest.mark.parametrize(
    "first",
    [
        "not JSON",
        "[]",
        "null",
        "{}",
        b"\x00",
        "[" * 100_000,
        '{"ticket": {"a": 1}}',
        '{"ticket": 7}',
    ],
    ids=lambda first: repr(first)[:30],
)
def test_who_does_not_say_hello_properly_is_sent_away(wire: Wire, first: str | bytes) -> None:
    with wire.socket("/desk/socket") as socket:
        socket.say(first)
        assert socket.end() == 4401


def test_who_left_the_workspace_is_not_let_in(wire: Wire) -> None:
    tom = wire.tea.member()
    signed = ticket(tom)
    remove_members(actor=wire.tea.owner, member_ids=[tom.id], now=NOON)

    with wire.agent(signed) as socket:
        assert socket.end() == 4401


def test_who_leaves_the_workspace_meanwhile_sees_nothing_more(wire: Wire) -> None:
    tom = wire.tea.member()
    mine = wire.tea.write("壶盖碎了").conversation_id
    with wire.agent(ticket(tom)) as socket:
        socket.next("welcome")
        remove_members(actor=wire.tea.owner, member_ids=[tom.id], now=NOON)
        socket.send({"type": "view", "conversation_id": public_id("conv", mine)})

        assert socket.end() == 4401


def test_agents_see_who_else_looks_and_writes(wire: Wire) -> None:
    tom, mine = wire.tea.member(), wire.tea.write("壶盖碎了").conversation_id
    with wire.agent(ticket(wire.tea.owner)) as li, wire.agent(ticket(tom)) as other:
        for socket in (li, other):
            socket.send({"type": "view", "conversation_id": public_id("conv", mine)})
        other.send({"type": "typing", "conversation_id": public_id("conv", mine), "on": True})
        names: dict[str, bool] = {}
        while names.keys() != {"李工", "Tom"} or not names["Tom"]:
            names = {v["name"]: v["typing"] for v in li.next("viewers")["viewers"]}

    assert names == {"李工": False, "Tom": True}


def test_typing_is_passed_on_where_a_channel_may_show_it(wire: Wire) -> None:
    owner, inside = wire.tea.owner, wire.tea.write("壶盖碎了").conversation_id
    given = {"token": "1:bot"}
    inbox_id = create_inbox(actor=owner, channel="telegram", name="Bot", settings=given, now=NOON)
    arrival = Arrival("5:1", Address("telegram", "5"), "hi", NOON)
    heard = Heard(inbox_id, wire.tea.workspace_id, "telegram", arrival)
    outside = receive(heard=[heard], now=NOON)[0].conversation_id
    with psycopg.connect(connection_info(), autocommit=True) as listening:
        listening.execute(listen_statement(TYPING))
        with wire.agent(ticket(owner)) as socket:
            for pk in (inside, outside):
                of = {"conversation_id": public_id("conv", pk)}
                socket.send({"type": "view", **of})
                socket.send({"type": "typing", "on": True, **of})
                socket.send({"type": "typing", "on": False, **of})
            told = [n.payload for n in listening.notifies(timeout=10, stop_after=1)]

    assert [item for payload in told for item in told_by(payload)] == [{"c": outside}]


def test_an_agent_of_another_workspace_sees_and_hears_nothing(wire: Wire) -> None:
    stranger = world("Leaf & Kettle").owner
    mine = wire.tea.write("壶盖碎了").conversation_id
    with wire.agent(ticket(wire.tea.owner)) as li, wire.agent(ticket(stranger)) as socket:
        li.next("welcome")
        socket.next("welcome")
        li.send({"type": "view", "conversation_id": public_id("conv", mine)})
        li.next("viewers")
        seen = look(socket, mine)
        socket.send({"type": "typing", "conversation_id": public_id("conv", mine), "on": True})
        with wire.visitor() as (visitor, _welcome):
            visitor.send(message("a", "还有一件事"))
            visitor.next("ack")
            facts = li.next("facts")
        heard = socket.until_pong()

    assert facts["facts"]
    assert seen == []
    assert not any(frame["type"] in {"viewers", "facts"} for frame in heard)


def test_strange_frames_are_passed_over_or_end_the_session(wire: Wire) -> None:
    strange: list[object] = [
        {"type": "view", "conversation_id": "conv_x"}, {"type": "typing"},
        {"type": "view", "conversation_id": {"a": 1}},
    ]  # fmt: skip
    harmless: list[object] = [
        [], 1, None, {}, {"type": "x"}, {"type": ["view"]}, {"type": "view"},
        {"type": "view", "conversation_id": public_id("conv", 2**63 - 1)},
    ]  # fmt: skip

    with wire.agent(ticket(wire.tea.owner)) as socket:
        socket.next("welcome")
        socket.send(*harmless)
        assert look(socket, 2**63 - 1) == []
    for frame in strange:
        with wire.agent(ticket(wire.tea.owner)) as socket:
            socket.next("welcome")
            socket.send(frame)
            assert socket.end() == 4401


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("not JSON", (4401, "request.malformed")),
        ("[" * 100_000, (4401, "request.malformed")),
        ('{"type": "view", "conversation_id": "conv_x"}', (4401, "frame.id")),
        (b'{"type": "ping"}', (1003, "frame.binary")),
    ],
    ids=lambda given: repr(given)[:30],
)
def test_an_agent_who_is_sent_away_hears_why(
    wire: Wire, said: str | bytes, ends: tuple[int, str]
) -> None:
    with wire.agent(ticket(wire.tea.owner)) as socket:
        socket.next("welcome")
        socket.say(said)

        assert socket.farewell() == ends


def test_a_ticket_that_is_none_is_named_as_the_reason(wire: Wire) -> None:
    with wire.agent("forged") as socket:
        assert socket.farewell() == (4401, "ticket.invalid")


def test_a_visitor_s_token_is_no_ticket(wire: Wire) -> None:
    with wire.visitor() as (_socket, welcome), wire.agent(welcome["token"]) as socket:
        assert socket.end() == 4401


def test_a_member_alone_hears_what_is_theirs_and_all_what_nobody_has(wire: Wire) -> None:
    tom, anna = wire.tea.member(name="Tom"), wire.tea.member(name="Anna")
    stranger = world("Another Shop").owner
    said = (7, "小梅", "壶盖碎了")
    with (
        wire.agent(ticket(tom)) as one,
        wire.agent(ticket(anna)) as other,
        wire.agent(ticket(stranger)) as third,
    ):
        wanted = one.next("welcome")["wishes"]
        for socket in (other, third):
            socket.next("welcome")
        for member_id, occasion in ((tom.id, Occasion.MINE), (None, Occasion.WAITING)):
            alert(alerts=[Alert(wire.tea.workspace_id, member_id, occasion, *said)])
        heard = [one.next("alert"), one.next("alert")]
        only = other.next("alert")
        nothing = third.until_pong()

    assert "mine.sound" in wanted
    assert [frame["occasion"] for frame in heard] == ["mine", "waiting"]
    assert (heard[0]["conversation_id"], heard[0]["name"], heard[0]["text"]) == (
        public_id("conv", 7), "小梅", "壶盖碎了",
    )  # fmt: skip
    assert only["occasion"] == "waiting"
    assert not [frame for frame in nothing if frame["type"] == "alert"]


def test_a_log_in_that_is_ended_from_afar_closes_its_socket(wire: Wire) -> None:
    tom = wire.tea.member()
    user_id = Member.objects.get(pk=tom.id).user_id
    log_in_id = note_log_in(user_id=user_id, session_key="k", ip="", browser="", now=NOON)
    signed = TimestampSigner(salt=TICKET_SALT).sign(f"{tom.id}.{log_in_id}")

    with wire.agent(signed) as socket:
        socket.next("welcome")
        end_log_ins(user_id=user_id, now=NOON)
        assert socket.end() == 1013  # it comes back for a ticket, and is not let in

    with wire.agent(signed) as socket:
        assert socket.end() == 4401


def test_who_reaches_only_their_own_does_not_look_at_a_colleagues(wire: Wire) -> None:
    role = define_role(
        actor=wire.tea.owner, name="只看自己", permissions=["conversation.read"],
        reach=Reach.OWN, now=NOON,
    )  # fmt: skip
    tom, talk = wire.tea.member(role), wire.tea.write("壶盖碎了").conversation_id

    with wire.agent(ticket(tom)) as socket:
        socket.next("welcome")
        assert not look(socket, talk)


def test_whoever_was_merged_with_another_hears_only_what_is_said_to_them(wire: Wire) -> None:
    owner = wire.tea.owner
    with wire.visitor() as (mei, _hello), wire.visitor() as (tom, _welcome):
        mei.send(message("1", "壶盖碎了"))
        mei.next("ack")
        tom.send(message("2", "The lid broke"))
        tom.next("ack")
        first, second = Conversation.objects.order_by("pk").values_list("pk", flat=True)
        merge(actor=owner, conversation_ids=[second], into_id=first, now=NOON)
        tom.next("conversation")
        reply(actor=owner, conversation_ids=[first], text="马上换", now=NOON)
        reply(actor=owner, conversation_ids=[second], text="Sure", now=NOON)

        assert mei.next("message")["message"]["text"] == "马上换"
        assert tom.next("message")["message"]["text"] == "Sure"
