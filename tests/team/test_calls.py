"""A call through the house: kept, answered at the line, understood later, in one conversation."""

from datetime import timedelta

import pytest

from tests.make.world import NOON, world
from tests.team.line import Line, agent, told
from tongxin.center.kit.refusals import Refused
from tongxin.plugins.channel_phone.plugin import Phone
from tongxin.sdk import Attachment
from tongxin.service.channels.models import Call
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import resolve
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.hours.actions import create as create_calendar
from tongxin.service.hours.values import Hours
from tongxin.service.notices.models import Notice
from tongxin.service.queues.actions import change, create
from tongxin.service.queues.values import EVERYONES, QueuePlan
from tongxin.service.team.actions import set_phone
from tongxin.service.team.queries import Front, phones

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_caller_chooses_a_queue_speaks_with_an_agent_and_all_stands_in_one_conversation() -> None:
    tea = world()
    line, lin = Line(tea), agent(tea)
    repairs = create(actor=tea.owner, name="售后", member_ids=[lin.id], now=NOON)
    line.ask()
    line.understood()
    in_menu = Conversation.objects.get()
    chosen = line.follow("Gather", Digits="1")
    line.understood()
    rings = line.follow("Redirect")
    [number] = line.answer.iter("Number")
    line.ask(
        number.attrib["statusCallback"], CallSid="CA2", CallStatus="ringing", To="+8613900139000"
    )
    line.understood()
    pop_up = Notice.objects.get(member_id=lin.id, about="ringing")
    line.ask(number.attrib["statusCallback"], CallSid="CA2", CallStatus="in-progress")
    line.ask(f"{line.door}?step=rang&queue={repairs}&rings=1&member={lin.id}",
             DialCallStatus="completed", DialCallDuration="80")  # fmt: skip
    over = line.answer
    line.ask(CallStatus="completed", CallDuration="95")
    line.understood()

    talk = Conversation.objects.get()
    assert (in_menu.waiting_since, in_menu.assignee_id, in_menu.queue_id) == (None, None, EVERYONES)
    assert (chosen, rings, [one.tag for one in over]) == ("Gather Redirect", "Say Dial", ["Hangup"])
    assert number.text == "+8613900139000"
    assert (talk.queue_id, talk.assignee_id, talk.waiting_since, talk.unanswered) == (
        repairs,
        lin.id,
        None,
        0,
    )
    assert (talk.status, pop_up.conversation_id) == ("open", talk.pk)
    said = told(tea, talk.pk, {f"queue:{repairs}": "售后", f"member:{lin.id}": "林"})
    assert {"来电", "Chose 售后"} <= set(said)
    assert [one for one in said if "林" in one or "after" in one][-4:] == [
        "It rings at 林", "林 picked up", "Spoke with 林 for 1:20", "Hung up after 1:35",
    ]  # fmt: skip
    assert not any("Moved" in one for one in said)


def test_all_is_kept_raw_and_understood_once_however_often_it_is_told() -> None:
    tea = world()
    line = Line(tea, menu=False)
    for _time in range(2):
        line.ask()
        line.follow("Redirect")
        line.ask(CallStatus="completed", CallDuration="5")

    line.understood()

    assert Call.objects.filter(state="done").count() == 6
    assert Message.objects.count() == 1
    assert (
        Conversation.objects.get().waiting_since is not None
    )  # a missed call waits to be called back


def test_who_does_not_pick_up_loses_the_call_to_another() -> None:
    tea = world()
    line, first = Line(tea, menu=False), agent(tea)
    line.ask()
    line.follow("Redirect")
    line.understood()
    owner = Conversation.objects.get().assignee_id
    second = agent(tea, "sip:second@tea.example", "云")
    rung = line.follow("Redirect")

    looks = line.follow("Dial", DialCallStatus="no-answer")
    line.understood()
    line.follow("Redirect")

    assert (owner, rung, looks) == (first.id, "Say Dial", "Gather Redirect")
    assert Conversation.objects.get().assignee_id == second.id
    assert [one.text for one in line.answer.iter("Sip")] == ["sip:second@tea.example"]


def test_two_who_wait_hear_their_places_and_whoever_is_called_back_keeps_theirs() -> None:
    tea = world()
    line, other = Line(tea, menu=False), Line(tea, menu=False)
    line.ask()
    line.follow("Redirect")
    line.understood()
    other.seconds, other.call = 30, "CA9"
    other.ask(From="+8613800138001")
    other.follow("Redirect", From="+8613800138001")
    other.understood()
    front = Front(inboxes_by_id(inbox_ids=[other.id])[other.id], NOON)
    bye = other.follow("Gather", Digits="9", From="+8613800138001")
    other.understood()

    place = front.turn("CA9")
    assert (place and place.place, front.turn("nobody")) == (2, None)
    assert bye == "Say Hangup"
    talk = Conversation.objects.get(inbox_id=other.id)
    assert talk.waiting_since == NOON + timedelta(seconds=32)
    assert "Wants to be called back" in told(tea, talk.pk, {})


def test_out_of_hours_a_message_is_taken_as_a_voice_message_that_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tea = world()
    never = create_calendar(
        actor=tea.owner, name="休息", hours=Hours("Asia/Shanghai", ((),) * 7), now=NOON
    )
    change(actor=tea.owner, queue_id=EVERYONES, plan=QueuePlan(calendar_id=never), now=NOON)
    line = Line(tea)
    monkeypatch.setattr(
        Phone, "fetch", lambda *_: Attachment("", "audio/mpeg", b"ID3sound", text="壶坏了")
    )
    closed = line.ask()
    line.follow("Record", RecordingUrl="https://api.twilio.com/r/RE1", RecordingDuration="32")
    line.understood()

    voice = Message.objects.order_by("pk").last()
    assert closed == "Say Say Say Record Hangup"
    assert voice is not None
    assert voice.text == "留下语音留言，0:32\n\n壶坏了"
    assert len(voice.file_ids) == 1
    assert Conversation.objects.get().waiting_since is not None


def test_what_is_told_late_of_a_settled_call_opens_nothing() -> None:
    tea = world()
    line = Line(tea, menu=False)
    line.ask()
    line.understood()
    [talk] = Conversation.objects.all()
    resolve(actor=tea.owner, conversation_ids=[talk.pk], now=NOON + timedelta(seconds=2))
    line.ask(CallStatus="completed", CallDuration="5")

    line.understood()

    assert Conversation.objects.get().status == "resolved"


def test_who_was_spoken_to_and_calls_again_waits_again_since_then() -> None:
    tea = world()
    line = Line(tea, menu=False)
    for call, spoke in (("CA1", True), ("CA2", False)):
        line.call = call
        line.ask()
        line.follow("Redirect")
        if spoke:
            line.ask(
                f"{line.door}?step=rang&rings=1", DialCallStatus="completed", DialCallDuration="9"
            )
    line.ask(CallSid="CA1", CallStatus="completed", CallDuration="20")
    line.ask(CallSid="CA2", CallStatus="completed", CallDuration="20")

    line.understood()

    [talk] = Conversation.objects.all()
    assert talk.waiting_since == NOON + timedelta(seconds=5)
    assert talk.status == "open"


def test_nobody_of_another_workspace_is_told_that_it_rings() -> None:
    tea, other = world(), world("别家茶铺")
    line, stranger = Line(tea, menu=False), agent(other)
    line.ask()
    line.ask(f"{line.door}?step=leg&rings=1&call=CA1&member={stranger.id}", CallStatus="ringing")

    line.understood()

    assert not Notice.objects.exists()


@pytest.mark.parametrize("written", ["123", "+0123456789", "sip:", "<Number>", "+86 13x"])
def test_a_number_is_one_that_can_be_rung(written: str) -> None:
    tea = world()
    lin = agent(tea)

    with pytest.raises(Refused, match=r"phone\.invalid"):
        set_phone(actor=tea.owner, member_ids=[lin.id], phone=written, now=NOON)
    assert set_phone(actor=tea.owner, member_ids=[lin.id], phone="+86 139-0013 9000", now=NOON) == 0
    assert [one.phone for one in phones(actor=tea.owner)] == ["+8613900139000"]
    assert set_phone(actor=tea.owner, member_ids=[lin.id], phone="", now=NOON) == 1
