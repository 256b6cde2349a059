"""What a call does about what happens, without a telephone."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tongxin.plugins.channel_phone.gateway import steps
from tongxin.plugins.channel_phone.gateway.steps import Command, Event
from tongxin.plugins.channel_phone.gateway.talk import Talk
from tongxin.plugins.channel_phone.gateway.verbs import (
    Dial,
    Gather,
    HangUp,
    Pause,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

DOOR = "https://desk.example/hooks/0123/"
HELLO = Say("Hello", "en-US")
KEPT = steps.Kept("RE1", "http://gateway/RE1.wav", 7)
RECORD = Record("left", 180, 5, "#", beeps=True)
DIAL = Dial("rang", 20, "sip:lin@pbx", True, "kept", "leg", frozenset({"ringing", "answered"}))


def gather(most: int = 1, *, tells_nothing: bool = False) -> Gather:
    return Gather("chosen", most, 6, "#", tells_nothing, (HELLO, Pause(3)))


def hears(talk: Talk, *events: Event) -> list[Command]:
    """Return what is done about the last of them."""
    done: list[Command] = []
    for event in events:
        done = talk.hear(event)
    return done


def answered(*verbs: Verb) -> Talk:
    """Return a call that was picked up, and begins with these."""
    talk = Talk(DOOR)
    assert hears(talk, steps.Began()) == [steps.Ask(DOOR)]
    assert hears(talk, steps.Told(verbs)) == [steps.PickUp()]
    return talk


def test_a_call_is_picked_up_only_once_it_is_known_what_it_hears() -> None:
    talk = answered(HELLO)

    assert talk.status == "ringing"
    assert hears(talk, steps.Answered()) == [steps.Sound(HELLO)]
    assert talk.status == "in-progress"
    assert hears(talk, steps.Elapsed()) == [steps.PutDown()]
    assert hears(talk, steps.Over()) == []
    assert (talk.status, talk.is_done) == ("completed", True)


def test_who_is_rejected_or_not_answered_is_not_picked_up() -> None:
    assert hears(Talk(DOOR), steps.Began(), steps.Told((Reject(),))) == [steps.PutDown()]
    assert hears(Talk(DOOR), steps.Began(), steps.Untold()) == [steps.PutDown()]


def test_a_key_ends_what_is_said_and_is_told() -> None:
    talk = answered(gather(), HangUp())

    assert hears(talk, steps.Answered()) == [steps.Sound(HELLO)]
    assert hears(talk, steps.Pressed("3")) == [steps.Quiet(), steps.Ask("chosen", {"Digits": "3"})]
    assert hears(talk, steps.Pressed("4")) == []  # nobody asks for it
    assert hears(talk, steps.Told((Redirect("again"),))) == [steps.Ask("again")]


def test_several_keys_are_told_at_their_number_their_end_or_after_a_while() -> None:
    for last in (steps.Pressed("3"), steps.Pressed("#"), steps.Elapsed()):
        talk = answered(gather(3))
        pressed = (steps.Answered(), steps.Pressed("1"), steps.Pressed("2"))
        assert hears(talk, *pressed) == [steps.Wait(6)]

        digits = "123" if last == steps.Pressed("3") else "12"
        assert hears(talk, last) == [steps.Ask("chosen", {"Digits": digits})]


def test_who_presses_nothing_hears_what_comes_next_unless_that_is_told_too() -> None:
    silent = (steps.Answered(), steps.Elapsed(), steps.Elapsed(), steps.Elapsed())

    assert hears(answered(gather(), HELLO), *silent) == [steps.Sound(HELLO)]
    told = hears(answered(gather(tells_nothing=True), HELLO), *silent)
    assert told == [steps.Ask("chosen", {"Digits": ""})]


def test_a_message_ends_by_a_key_by_its_length_by_silence_or_by_hanging_up() -> None:
    for event, digits in (
        (steps.Pressed("#"), "#"), (steps.Elapsed(), ""), (steps.Fallen(), ""), (steps.Over(), "hangup"),
    ):  # fmt: skip
        talk = answered(RECORD)
        assert hears(talk, steps.Answered()) == [steps.Sound(steps.Tone.BEEP)]
        assert hears(talk, steps.Elapsed()) == [steps.Listen(5), steps.Wait(180)]
        assert hears(talk, steps.Pressed("1")) == []
        assert hears(talk, event) == [steps.Keep()]

        told = {"RecordingSid": "RE1", "RecordingUrl": KEPT.url, "RecordingDuration": "7"}
        assert hears(talk, KEPT) == [steps.Ask("left", {**told, "Digits": digits})]


def test_who_says_nothing_leaves_nothing() -> None:
    talk = answered(RECORD, HELLO)

    heard = hears(talk, steps.Answered(), steps.Elapsed(), steps.Fallen(), steps.Kept("", "", 0))

    assert heard == [steps.Sound(HELLO)]


def test_an_agent_is_rung_connected_and_what_became_of_it_is_told() -> None:
    talk = answered(DIAL)

    ringing = steps.Sound(steps.Tone.RINGING, again=True)
    assert hears(talk, steps.Answered()) == [steps.Ring(DIAL), ringing, steps.Wait(20)]
    rings = steps.Tell("leg", {"CallStatus": "ringing"}, leg=True)
    assert hears(talk, steps.LegRang()) == [rings]
    speaks = steps.Tell("leg", {"CallStatus": "in-progress"}, leg=True)
    connected = [steps.Connect(), steps.Listen(both=True), speaks]
    assert hears(talk, steps.LegAnswered()) == connected
    assert hears(talk, steps.Elapsed()) == []
    assert hears(talk, steps.LegOver("failed", 42)) == [steps.Quiet(), steps.Keep()]
    recorded, asked = hears(talk, KEPT)
    assert isinstance(recorded, steps.Tell)
    assert recorded.form["RecordingStatus"] == "completed"
    form = {"DialCallStatus": "completed", "DialCallDuration": "42"}
    assert asked == steps.Ask("rang", form)


def test_why_nobody_spoke_is_told() -> None:
    nobody = (steps.Answered(), steps.Elapsed(), steps.LegOver("no-answer", 0))
    left = (steps.Answered(), steps.Over(), steps.LegOver("no-answer", 0))
    engaged = (steps.Answered(), steps.LegOver("busy", 0))

    for events, why in ((nobody, "no-answer"), (left, "canceled"), (engaged, "busy")):
        assert hears(answered(DIAL), *events)[-1] == steps.Ask("rang", {"DialCallStatus": why})


def test_whom_we_call_is_asked_about_when_they_pick_up() -> None:
    talk = Talk(DOOR, is_ours=True)

    assert hears(talk, steps.Began()) == []
    assert hears(talk, steps.Answered()) == [steps.Ask(DOOR)]
    assert hears(talk, steps.Told((HELLO,))) == [steps.Sound(HELLO)]
    elsewhere = hears(talk, steps.Redirected("elsewhere"))
    assert elsewhere == [steps.DropLeg(), steps.Quiet(), steps.Ask("elsewhere")]
    assert hears(talk, steps.Dismissed()) == [steps.PutDown()]


def test_whom_we_called_in_vain_did_not_answer() -> None:
    talk = Talk(DOOR, is_ours=True)
    hears(talk, steps.Began(), steps.Over())

    assert talk.status == "no-answer"


_VERBS = st.sampled_from(
    [HELLO, Pause(1), gather(), gather(3), RECORD, DIAL, Redirect(DOOR), HangUp(), Reject()]
)
_EVENTS = st.one_of(
    st.builds(steps.Told, st.lists(_VERBS, max_size=4).map(tuple)),
    st.builds(steps.Pressed, st.sampled_from("0123456789*#")),
    st.sampled_from([
        steps.Began(), steps.Answered(), steps.Untold(), steps.Elapsed(), steps.Fallen(), KEPT,
        steps.Kept("", "", 0), steps.LegRang(), steps.LegAnswered(), steps.LegOver("busy", 3),
        steps.Redirected(DOOR), steps.Dismissed(), steps.Over(),
    ]),
)  # fmt: skip


@given(st.lists(_EVENTS, max_size=30), st.booleans())
def test_whatever_happens_in_whatever_order_nothing_is_done_to_a_call_that_is_over(
    events: Sequence[Event], is_ours: bool
) -> None:
    talk = Talk(DOOR, is_ours=is_ours)

    for event in events:
        commands = talk.hear(event)
        kinds = [type(command) for command in commands]
        assert steps.Next not in kinds
        assert kinds.count(steps.Ask) <= 1
        if talk.is_over:
            assert not {steps.PickUp, steps.Sound, steps.Listen, steps.Ring, steps.Connect} & set(
                kinds
            )
        if not talk.is_answered:
            assert not {steps.Sound, steps.Ring, steps.Connect, steps.Listen} & set(kinds)
    for event in (steps.Over(), steps.LegOver("busy", 3), KEPT):
        talk.hear(event)
    assert talk.is_done
