"""Calls: what the library signs, the TwiML that follows, and what a caller's steps mean. No database."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.twiml import voice_response as twiml

from tests.plugins.making import connected, going, said
from tests.plugins.standin import Vendor
from tongxin.plugins.channel_phone.place import Place, Step, place_in
from tongxin.plugins.channel_phone.twiml import Verb, document
from tongxin.sdk import (
    Answer,
    Call,
    Channel,
    Departure,
    Failure,
    Kind,
    Reachable,
    Refused,
    Turn,
    Unreachable,
)

SID, TOKEN, MEI = "AC0123456789abcdef", "12345", "+8613800138000"
DOOR = "https://desk.example/hooks/0123/"
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@dataclass
class Shop:
    """A house as a test wants it."""

    names: dict[int, str] = field(default_factory=dict)
    closed: frozenset[int | None] = frozenset()
    place: Turn | None = None
    there: Reachable | None = None

    def queues(self) -> Mapping[int, str]:
        return self.names

    def is_open(self, queue_id: int | None = None) -> bool:
        return queue_id not in self.closed

    def turn(self, external_id: str) -> Turn | None:
        return self.place

    def agent(self, external_id: str) -> Reachable | None:
        return self.there


def phone(**more: Any) -> Channel:
    base = {"account_sid": SID, "auth_token": TOKEN, "number": "+15017122661", "language": "en"}
    return connected("phone", **{**base, **more})


def asked(place: Place | None = None, **form: str) -> Call:
    """Return a request of the service, signed by its library."""
    url = f"{DOOR}?{place.query()}" if place and place.query() else DOOR
    whole = {
        "CallSid": "CA1",
        "From": MEI,
        "To": "+15017122661",
        "CallStatus": "in-progress",
        **form,
    }
    shown = RequestValidator(TOKEN).compute_signature(url, whole)
    return Call("POST", url, {"x-twilio-signature": shown}, urlencode(whole).encode(), NOON)


def tree(answer: Answer) -> ET.Element:
    assert answer.kind.startswith("text/xml")
    return ET.fromstring(answer.body)  # noqa: S314 - what we wrote


def verbs(answer: Answer) -> list[str]:
    return [one.tag for one in tree(answer)]


def spoken(answer: Answer) -> str:
    return " ".join(one.text or "" for one in tree(answer).iter("Say"))


def follow(answer: Answer, verb: str, shop: Shop, **form: str) -> Answer:
    """Go where a verb leads: to its action, or to what a redirect names."""
    [found] = tree(answer).iter(verb)
    address = found.attrib.get("action") or found.text or ""
    whole = {"CallSid": "CA1", "From": MEI, **form}
    call = Call("POST", f"https://desk.example{address}", {}, urlencode(whole).encode(), NOON)
    return phone().respond(call, shop)


def test_what_the_library_signs_is_believed_with_the_place_in_the_address() -> None:
    call = asked(Place(Step.CHOSEN, (3, 4), reads=1), Digits="1")
    phone().verify(call)

    with pytest.raises(Refused, match=r"hook\.forged"):
        phone().verify(Call("POST", call.url.replace("3", "5"), call.headers, call.body))


@given(_TEXT, _TEXT)
def test_our_writer_and_the_library_s_say_the_same(text: str, value: str) -> None:
    library = twiml.VoiceResponse()
    legal = "".join(
        c for c in text + "." if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff")
    )
    library.say(legal, voice=f"x{'' if value.isalnum() else 1}")

    ours = document(Verb("Say", {"voice": f"x{'' if value.isalnum() else 1}"}, text=text + "."))

    theirs = ET.fromstring(str(library))  # noqa: S314 - the library's
    assert ET.canonicalize(ours.decode()) == ET.canonicalize(ET.tostring(theirs, "unicode"))
    ET.fromstring(document(Verb("Say", {"voice": value}, text=text)))  # noqa: S314 - ours


def test_a_menu_of_the_queues_is_read_with_a_key_each_as_the_library_would_write_it() -> None:
    answer = phone(greeting="A & B <tea>").respond(asked(), Shop({3: "售后", 4: "批发"}))

    library = twiml.VoiceResponse()
    library.say("A & B <tea>", language="en-US")
    address = "/hooks/0123/?step=chosen&menu=3.4&reads=1"
    gather = twiml.Gather(num_digits=1, timeout=6, action=address, method="POST")
    for words in ("For 售后, press 1.", "For 批发, press 2.", "For anything else, press 0."):
        gather.say(words, language="en-US")
    library.append(gather)
    library.redirect(address, method="POST")
    assert ET.canonicalize(answer.body.decode()) == ET.canonicalize(str(library))


def test_the_menu_is_read_twice_and_then_one_waits_where_the_inbox_s_people_do() -> None:
    shop = Shop({3: "售后"})

    again = follow(phone().respond(asked(), shop), "Gather", shop, Digits="7")
    silent = follow(again, "Redirect", shop)

    assert "no such choice" in spoken(again)
    assert "press 1" in spoken(again)
    assert verbs(silent) == ["Gather", "Redirect"]
    assert "press 9" in spoken(silent)


def test_while_closed_a_message_is_taken() -> None:
    closed = phone(closed="We drink tea.").respond(asked(), Shop(closed=frozenset({None})))
    chosen = follow(
        phone().respond(asked(), Shop({3: "售后"})),
        "Gather",
        Shop({3: "售后"}, frozenset({3})),
        Digits="1",
    )

    assert verbs(closed) == ["Say", "Say", "Say", "Record", "Hangup"]
    assert "We drink tea." in spoken(closed)
    assert verbs(chosen) == ["Say", "Say", "Record", "Hangup"]
    assert verbs(follow(closed, "Record", Shop(), RecordingUrl="https://x/r")) == ["Say", "Hangup"]


def test_who_records_says_so_first() -> None:
    assert "recorded" in spoken(phone(records=True).respond(asked(), Shop()))
    assert "recorded" not in spoken(phone().respond(asked(), Shop()))


def test_one_hears_one_s_place_and_keeps_it_when_called_back() -> None:
    shop = Shop(place=Turn(2, 4))
    waiting = follow(phone().respond(asked(), shop), "Redirect", shop)

    assert "number 2" in spoken(waiting)
    assert "4 minutes" in spoken(waiting)
    assert verbs(follow(waiting, "Gather", shop, Digits="9")) == ["Say", "Hangup"]
    assert "Record" in verbs(follow(waiting, "Gather", shop, Digits="8"))
    assert "number" not in spoken(follow(waiting, "Redirect", shop))


def test_the_agent_is_rung_and_after_three_times_in_vain_a_message_is_taken() -> None:
    shop = Shop(there=Reachable(7, "+8613900139000"))
    answer = follow(phone().respond(asked(), shop), "Redirect", shop)
    for rings in (1, 2, 3):
        [number] = tree(answer).iter("Number")
        assert (number.text, f"rings={rings}" in number.attrib["statusCallback"]) == (
            "+8613900139000",
            True,
        )
        answer = follow(answer, "Dial", shop, DialCallStatus="no-answer")
        if rings < 3:
            assert "Dial" not in verbs(answer)  # the house looks for another meanwhile
            answer = follow(answer, "Redirect", shop)

    assert "Record" in verbs(answer)


def test_whoever_spoke_hangs_up_and_whoever_waits_too_long_leaves_a_message() -> None:
    rang = asked(Place(Step.RANG, rings=1, member=7), DialCallStatus="completed")
    late = asked(Place(Step.HOLD, since=int(NOON.timestamp()) - 601))

    assert verbs(phone().respond(rang, Shop())) == ["Hangup"]
    assert "Record" in verbs(phone().respond(late, Shop()))


def test_who_has_no_number_is_rung_at_that_of_the_inbox_if_there_is_one() -> None:
    hold, shop = asked(Place(Step.HOLD, since=int(NOON.timestamp()))), Shop(there=Reachable(7))

    [sip] = tree(
        phone(fallback_number="sip:front@tea.example", records=True).respond(hold, shop)
    ).iter("Sip")
    assert sip.text == "sip:front@tea.example"
    assert "Dial" not in verbs(phone().respond(hold, shop))


@given(
    st.builds(
        Place,
        st.sampled_from(list(Step)[1:]),
        st.lists(st.integers(1, 10**17), max_size=8).map(tuple),
        *[st.integers(0, 10**17)] * 6,
        st.from_regex(r"[A-Z0-9]{0,10}", fullmatch=True),
        st.from_regex(r"(\+[0-9]{0,10})?", fullmatch=True),
    )
)
def test_a_place_survives_its_address(place: Place) -> None:
    call = Call("POST", f"{DOOR}?{place.query()}", {}, b"")

    assert place_in(call.query) == place


KEYS = st.lists(st.sampled_from(["", "1", "5", "0", "9", "#", "up"]), min_size=1, max_size=8)
SHOPS = [Shop(), Shop({3: "售后"}), Shop(there=Reachable(7, "+8613900139000"), place=Turn(1))]


def leads(answer: Answer, does: str) -> str:
    """Return where a caller goes who presses this, or whose agent picks up; nowhere at the end."""
    verbs_of = {one.tag: one for one in tree(answer).iter()}
    if "Record" in verbs_of:
        return ""
    waits = verbs_of.get("Dial") if "Dial" in verbs_of else verbs_of.get("Gather") if does else None
    onwards = verbs_of.get("Redirect")
    if waits is not None:
        return waits.attrib["action"]
    return str(onwards.text) if onwards is not None else ""


@settings(max_examples=40, deadline=None)
@given(KEYS, st.sampled_from(SHOPS))
def test_whatever_a_caller_does_the_line_ends(keys: list[str], shop: Shop) -> None:
    channel = phone(patience=1)
    answer, steps = channel.respond(asked(), shop), 0
    while (path := leads(answer, keys[steps % len(keys)])) and steps < 40:
        does = keys[steps % len(keys)]
        form = {"CallSid": "CA1", "From": MEI, "Digits": does.removesuffix("up")}
        form["DialCallStatus"] = "completed" if does == "up" else "busy"
        at = NOON + timedelta(seconds=9 * (steps := steps + 1))
        url = f"https://desk.example{path}"
        answer = channel.respond(Call("POST", url, {}, urlencode(form).encode(), at), shop)

    assert set(verbs(answer)) & {"Hangup", "Record"}


_NAME = re.compile(r"[A-Za-z0-9_.:@-]{0,64}", re.ASCII)
_FORM = st.dictionaries(
    st.sampled_from(
        [
            "Digits",
            "CallStatus",
            "DialCallStatus",
            "RecordingUrl",
            "RecordingDuration",
            "From",
            "CallDuration",
        ]
    ),
    _TEXT | st.sampled_from(["completed", "ringing", "9", "-1", "10000000000000000000"]),
)
_QUERY = st.dictionaries(
    st.sampled_from(
        ["step", "menu", "reads", "queue", "since", "rounds", "rings", "member", "call"]
    ),
    _TEXT | st.sampled_from([*Step, "1.2", "9" * 40, "-1", "1"]),
)


@given(
    _FORM,
    _QUERY,
    st.sampled_from(
        [Shop(), Shop({1: "<&>{}", 2: "\x00"}, frozenset({None, 1}), Turn(1), Reachable(2, "+1"))]
    ),
)
def test_whatever_is_asked_is_answered_in_xml_and_heard(
    form: dict[str, str], query: dict[str, str], shop: Shop
) -> None:
    body = urlencode({"CallSid": "CA1", **form}).encode()
    call = Call("POST", f"{DOOR}?{urlencode(query)}", {}, body, NOON)
    if not _NAME.fullmatch(query.get("call", "") if query.get("step") in set(Step) - {""} else ""):
        with pytest.raises(Refused, match=r"hook\.malformed"):
            phone().hear(call)
        return

    heard, answer = phone().hear(call), phone().respond(call, shop)

    assert tree(answer).tag == "Response"
    names = [one.external_id for one in heard.arrivals]
    assert len(names) == len(set(names))
    assert all(
        one.external_id.startswith(heard.arrivals[0].external_id[:3]) for one in heard.arrivals
    )


LEG = Place(Step.LEG, rings=1, member=7, call="CA1")


def events(call: Call) -> list[tuple[str, bool | None, Mapping[str, Any]]]:
    return [
        (one.event, one.waits, one.details)
        for one in phone().hear(call).arrivals
        if one.kind is Kind.EVENT
    ]


@pytest.mark.parametrize(
    ("place", "form", "means"),
    [
        (Place(), {}, []),
        (Place(), {"CallStatus": "completed", "CallDuration": "80"}, [("hung_up", True, {"seconds": 80})]),
        (Place(Step.CHOSEN, (3, 4), 1), {"Digits": "2"}, [("chosen", True, {"queue_id": 4, "key": "2"})]),
        (Place(Step.CHOSEN, (3,), 1), {"Digits": "7"}, [("pressed", None, {"key": "7"})]),
        (Place(Step.CHOSEN, (3,), 1), {}, []),
        (Place(Step.CHOSEN, (3,), 2), {"Digits": "7"}, [("waiting", True, {"key": "7"})]),
        (Place(Step.HOLD, since=5), {}, [("waiting", True, {})]),
        (Place(Step.HOLD, since=5, rounds=1), {}, []),
        (Place(Step.PRESSED, rounds=1), {"Digits": "9"}, [("call_back", True, {})]),
        (Place(Step.RANG, rings=1, member=7), {"DialCallStatus": "busy"}, [("unanswered", None, {"member_id": 7})]),
        (
            Place(Step.RANG, rings=1, member=7),
            {"DialCallStatus": "completed", "DialCallDuration": "61"},
            [("talked", False, {"seconds": 61, "member_id": 7})],
        ),
        (Place(Step.RANG, rings=1, member=7), {"DialCallStatus": "canceled", "CallStatus": "completed"}, []),
        (LEG, {"CallStatus": "ringing"}, [("ringing", None, {"member_id": 7})]),
        (LEG, {"CallStatus": "in-progress"}, [("answered", False, {"member_id": 7})]),
        (LEG, {"CallStatus": "completed"}, []),
    ],
)  # fmt: skip
def test_each_step_means_one_thing(place: Place, form: dict[str, str], means: list[Any]) -> None:
    assert events(asked(place, **form)) == means


def test_whichever_request_comes_first_opens_the_call_and_nobody_waits_in_the_menu() -> None:
    [called] = phone().hear(asked()).arrivals
    again, *_more = phone().hear(asked(Place(Step.RANG, rings=1), DialCallStatus="busy")).arrivals

    assert (called.external_id, called.sender.kind, called.sender.value, called.waits) == (
        "CA1", "phone", MEI, False,
    )  # fmt: skip
    assert again == called


def test_who_hides_their_number_is_somebody_else_each_time() -> None:
    hidden = [
        phone().hear(asked(From=name, CallSid=f"CA{name}")).arrivals[0].sender
        for name in ("anonymous", "Restricted")
    ]

    assert [one.kind for one in hidden] == ["hidden_phone"] * 2
    assert len({one.value for one in hidden}) == 2


def test_a_voicemail_is_a_voice_message_that_waits() -> None:
    form = {"RecordingUrl": "https://api.twilio.com/r/RE1", "RecordingDuration": "32"}

    _called, left = phone().hear(asked(Place(Step.LEFT), **form)).arrivals

    assert (left.kind, left.waits, left.text) == (Kind.VOICE, True, "Left a voicemail, 0:32")
    assert left.attachments[0].reference == "https://api.twilio.com/r/RE1"


def test_a_recording_keeps_the_form_in_which_it_lies() -> None:
    for address, name, kind in (
        ("https://api.twilio.com/r/RE1", "voicemail.mp3", "audio/mpeg"),
        ("http://gateway.example/r/RE1.wav", "voicemail.wav", "audio/wav"),
    ):
        form = {"RecordingUrl": address, "RecordingDuration": "32"}
        _called, left = phone().hear(asked(Place(Step.LEFT), **form)).arrivals
        assert (left.attachments[0].name, left.attachments[0].kind) == (name, kind)


def test_a_recording_stands_where_its_call_does_though_the_service_does_not_say_who_called() -> (
    None
):
    place = Place(Step.RECORDED, rings=1, member=7, caller=MEI)
    form = {"RecordingUrl": "https://api.twilio.com/r/RE1", "RecordingDuration": "80", "From": ""}

    [recording] = phone().hear(asked(place, **form)).arrivals

    assert (recording.sender.value, recording.waits, recording.text) == (
        MEI, False, "Recording of the call, 1:20",
    )  # fmt: skip


def test_a_recording_is_fetched_as_mp3_with_our_account_and_waited_for(service: Vendor) -> None:
    service.answer = lambda one: (
        (200, b"ID3", {"content-type": "audio/mpeg"}) if one.path == "/r.mp3" else (404, b"")
    )
    channel = phone(api_base=service.address)

    assert channel.fetch(f"{service.address}/r").content == b"ID3"
    assert "authorization" in service.asked[0].headers
    with pytest.raises(Unreachable):
        channel.fetch(f"{service.address}/later")


def test_a_recording_is_written_down_by_whoever_does_it_as_openai_does(service: Vendor) -> None:
    service.answer = lambda one: (
        (200, {"text": " 壶盖碎了。 "})
        if one.method == "POST"
        else (200, b"ID3", {"content-type": "audio/mpeg"})
    )
    channel = phone(
        api_base=service.address,
        transcriber=f"{service.address}/v1",
        transcriber_key="k",
        language="zh",
    )

    sound = channel.fetch(f"{service.address}/r")

    asked_for = service.asked[-1]
    parts = asked_for.parts()
    assert (sound.content, sound.text) == (b"ID3", "壶盖碎了。")
    assert (asked_for.path, asked_for.headers["authorization"]) == (
        "/v1/audio/transcriptions",
        "Bearer k",
    )
    assert (parts["model"][1], parts["language"][1], parts["file"]) == (
        b"whisper-1", b"zh", ("recording.mp3", b"ID3"),
    )  # fmt: skip


@pytest.mark.parametrize("said_there", [(500, b"oops"), (200, []), (200, {"text": 7}), (200, b"{")])
def test_a_recording_that_nobody_writes_down_is_there_all_the_same(
    service: Vendor, said_there: Any
) -> None:
    service.answer = lambda one: (
        said_there if one.method == "POST" else (200, b"ID3", {"content-type": "audio/mpeg"})
    )
    channel = phone(api_base=service.address, transcriber=service.address)

    sound = channel.fetch(f"{service.address}/r")

    assert (sound.content, sound.text) == (b"ID3", "")


def test_a_reply_goes_as_a_text_only_where_the_settings_say_so(service: Vendor) -> None:
    service.answer = lambda _asked: (201, {"sid": "SM1"})

    assert said(phone(api_base=service.address), going(MEI)).error == Failure.CONTENT
    assert said(phone(api_base=service.address, texts=True), going(MEI)).external_id == "SM1"
    assert service.asked[0].form() == {"To": MEI, "From": "+15017122661", "Body": "您好"}


OUT = Place(Step.OUT, member=4, call="call:7", caller=MEI)


def ringing(**given: Any) -> Departure:
    door = {"ring": "+8613900139000", "token": "call:7", "member_id": 4, "door": DOOR, **given}
    return going(MEI, "Telephone call", **door)


def test_a_call_of_ours_rings_the_agent_first(service: Vendor) -> None:
    service.answer = lambda _asked: (201, {"sid": "CA7"})

    receipt = said(phone(api_base=service.address), ringing())

    [asked] = service.asked
    assert asked.path == f"/2010-04-01/Accounts/{SID}/Calls.json"
    assert asked.form() == {
        "To": "+8613900139000", "From": "+15017122661", "Timeout": "30",
        "Url": f"{DOOR}?step=out&member=4&call=call%3A7&caller=%2B8613800138000",
        "StatusCallback": f"{DOOR}?step=away&member=4&call=call%3A7&caller=%2B8613800138000",
    }  # fmt: skip
    assert (receipt.error, receipt.external_id) == ("", "call:7")


@pytest.mark.parametrize("given", [{"door": ""}, {"number": ""}])
def test_without_an_address_or_a_number_of_ours_nobody_is_rung(
    service: Vendor, given: dict[str, str]
) -> None:
    number = {"number": given["number"]} if "number" in given else {}
    door = {"door": given["door"]} if "door" in given else {}

    receipt = said(phone(api_base=service.address, **number), ringing(**door))

    assert (receipt.error, service.asked) == (Failure.CONTENT, [])


@pytest.mark.parametrize("records", [False, True])
def test_whoever_picks_up_is_connected_as_the_library_would_write_it(records: bool) -> None:
    answer = phone(records=records).respond(asked(OUT, To="+8613900139000"), Shop())

    library, rest = twiml.VoiceResponse(), "member=4&call=call%3A7&caller=%2B8613800138000"
    library.say("One moment, please. We are connecting you.", language="en-US")
    kept = {
        "record": "record-from-answer",
        "recording_status_callback": f"/hooks/0123/?step=recorded&{rest}",
    }  # fmt: skip
    dial = library.dial(
        timeout=40, caller_id="+15017122661", action=f"/hooks/0123/?step=spoke&{rest}", method="POST",
        **(kept if records else {}),
    )  # fmt: skip
    dial.number(
        MEI, status_callback=f"/hooks/0123/?step=far&{rest}", status_callback_event="ringing answered",
        **({"url": f"/hooks/0123/?step=told&{rest}"} if records else {}),
    )  # fmt: skip
    assert ET.canonicalize(answer.body.decode()) == ET.canonicalize(str(library))


def test_who_is_called_hears_first_that_they_are_recorded() -> None:
    answer = phone(records=True).respond(asked(replace(OUT, step=Step.TOLD)), Shop())

    assert "recorded" in spoken(answer)
    assert phone().hear(asked(replace(OUT, step=Step.TOLD))).arrivals == []


@pytest.mark.parametrize(
    ("step", "form", "event"),
    [
        (Step.OUT, {}, ("calling", None)),
        (Step.AWAY, {"CallStatus": "completed"}, None),
        (Step.AWAY, {"CallStatus": "busy"}, ("not_taken", None)),
        (Step.AWAY, {"CallStatus": "no-answer"}, ("not_taken", None)),
        (Step.FAR, {"CallStatus": "ringing"}, None),
        (Step.FAR, {"CallStatus": "in-progress"}, ("reached", False)),
        (Step.SPOKE, {"DialCallStatus": "completed"}, ("talked", False)),
        (Step.SPOKE, {"DialCallStatus": "no-answer"}, ("not_reached", None)),
        (Step.SPOKE, {}, ("not_reached", None)),
    ],
)
def test_what_becomes_of_a_call_of_ours_is_told_of_it_and_never_as_if_they_had_called(
    step: Step, form: dict[str, str], event: tuple[str, bool | None] | None
) -> None:
    arrivals = phone().hear(asked(replace(OUT, step=step), CallSid="CA8", **form)).arrivals

    assert [(one.event, one.waits) for one in arrivals] == ([event] if event else [])
    assert all(one.answers == ("call:7",) and one.sender.value == MEI for one in arrivals)
