"""TwiML is read as the library writes it, and whatever else comes is refused or passed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial as TheirDial
from twilio.twiml.voice_response import Gather as TheirGather
from twilio.twiml.voice_response import VoiceResponse

from tongxin.plugins.channel_phone.gateway.verbs import (
    Dial,
    Gather,
    HangUp,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Unreadable,
    read,
)

BASE = "https://desk.example/hooks/0123/?step=hold"


def test_what_the_library_writes_is_read() -> None:
    said = VoiceResponse()
    said.say("您好 & 欢迎", language="zh-CN")
    gather = TheirGather(action="/hooks/0123/?step=chosen", num_digits=1, timeout=6)
    gather.say("Press 1")
    gather.play("https://music.example/a.mp3")
    gather.pause(length=3)
    said.append(gather)
    said.record(action="?step=left", max_length=180, finish_on_key="#", timeout=4)
    dial = TheirDial(action="?step=rang", timeout=20, record="record-from-answer",
                     recording_status_callback="/kept")  # fmt: skip
    dial.number("+15005550006", status_callback="/leg", status_callback_event="ringing answered")
    said.append(dial)
    said.redirect("?step=again")
    said.reject()
    said.hangup()

    assert read(str(said).encode(), BASE) == (
        Say("您好 & 欢迎", "zh-CN"),
        Gather(
            "https://desk.example/hooks/0123/?step=chosen", 1, 6, "#", False,
            (Say("Press 1", "en-US"), Play("https://music.example/a.mp3"), Pause(3)),
        ),
        Record("https://desk.example/hooks/0123/?step=left", 180, 4, "#", True),
        Dial(
            "https://desk.example/hooks/0123/?step=rang", 20, "+15005550006", True,
            "https://desk.example/kept", "https://desk.example/leg", frozenset({"ringing", "answered"}),
        ),
        Redirect("https://desk.example/hooks/0123/?step=again"), Reject(), HangUp(),
    )  # fmt: skip


def test_nobody_is_recorded_who_would_have_to_be_told_so_first() -> None:
    said, dial = VoiceResponse(), TheirDial(record="record-from-answer")
    dial.number("+15005550006", url="/told")
    said.append(dial)

    [verb] = read(str(said).encode(), BASE)

    assert isinstance(verb, Dial)
    assert not verb.records


def test_where_no_address_is_said_the_document_s_own_is_asked_again() -> None:
    gather, record, redirect = read(
        b"<Response><Gather/><Record/><Redirect>file:///etc/passwd</Redirect></Response>", BASE
    )

    assert isinstance(gather, Gather)
    assert isinstance(record, Record)
    assert {gather.action, record.action} == {BASE}
    assert redirect == Redirect(BASE)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"no", b"<Response>", b"<Else/>", b"\xff\xfe<\x00", b"<Response/>" + b" " * 70_000,
        b'<!DOCTYPE r [<!ENTITY a "aa">]><Response><Say>&a;</Say></Response>',
        b'<!doctype r SYSTEM "file:///etc/passwd"><Response/>',
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE r><Response/>".encode("utf-16"),
        b"<Response><Say>&a;</Say></Response>", b"<a>" * 9_000,
    ],
)  # fmt: skip
def test_what_is_no_twiml_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, BASE)


_NAMES = st.sampled_from(
    [
        "Response",
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Record",
        "Dial",
        "Number",
        "Sip",
        "Redirect",
        "x",
    ]
)
_VALUES = st.text(st.characters(exclude_characters='<>&"', exclude_categories=["C"]), max_size=9)
_ATTRIBUTES = st.sampled_from(
    ["action", "timeout", "numDigits", "length", "finishOnKey", "language", "maxLength", "record"]
)
_ELEMENTS = st.recursive(
    _VALUES,
    lambda inside: st.builds(
        lambda name, attribute, value, within: f'<{name} {attribute}="{value}">{"".join(within)}</{name}>',
        _NAMES, _ATTRIBUTES, _VALUES, st.lists(inside, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip


@given(_ELEMENTS, st.binary(max_size=30))
def test_no_document_breaks_the_reader(element: str, noise: bytes) -> None:
    for body in (f"<Response>{element}</Response>".encode(), element.encode() + noise):
        try:
            found = read(body, BASE)
        except Unreadable:
            continue
        assert all(verb.seconds <= 600 for verb in found if isinstance(verb, Pause))
        assert all(verb.most >= 1 for verb in found if isinstance(verb, Gather))
