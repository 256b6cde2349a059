"""What the gateway is told, whom it rings, what it plays and keeps, and who may come to its door."""

import http.client
import io
import math
import shutil
import subprocess
import threading
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.standin import vendor
from tongxin.plugins.channel_phone.gateway import settings as telling
from tongxin.plugins.channel_phone.gateway import sounds
from tongxin.plugins.channel_phone.gateway.calling import Calling
from tongxin.plugins.channel_phone.gateway.configuration import accounts, addresses, configuration
from tongxin.plugins.channel_phone.gateway.door import Door
from tongxin.plugins.channel_phone.gateway.numbers import address_in, caller_in, telephone
from tongxin.plugins.channel_phone.gateway.recording import Recordings
from tongxin.plugins.channel_phone.gateway.settings import Trouble, settings_in, settings_of
from tongxin.plugins.channel_phone.gateway.speech import VOICES, Speech
from tongxin.plugins.channel_phone.gateway.verbs import Pause, Play, Say

TOLD: Mapping[str, Any] = {
    "inbox": "https://desk.example/hooks/0123/", "account_sid": "AC1", "auth_token": "12345",
    "lines": [{"account": "sip:801@pbx.example", "password": "s3cret"}],
}  # fmt: skip
LOGIN = "Basic QUMxOjEyMzQ1"  # AC1:12345
ACCOUNT = "/2010-04-01/Accounts/AC1"


def test_numbers_are_rung_at_the_server_of_the_first_line() -> None:
    settings = settings_of(TOLD)

    assert telephone("+86 138-0013-8000", settings.dials) == "sip:+8613800138000@pbx.example"
    assert telephone("sip:lin@shop.example;x=y?z", settings.dials) == "sip:lin@shop.example"
    assert telephone("lin; quit", settings.dials) == ""


@pytest.mark.parametrize(
    ("peer", "country", "caller"),
    [
        ("sip:+8613800138000@trunk", "", "+8613800138000"),
        ("<sip:008613800138000@trunk>;tag=1", "", "+8613800138000"),
        ("sip:013800138000@trunk", "86", "+8613800138000"),
        ("sip:13800138000@trunk", "86", "+8613800138000"),
        ("sip:801@pbx.example:5080", "", "sip:801@pbx.example:5080"),
        ("sip:anonymous@anonymous.invalid", "86", ""),
        ("tel:123", "", ""),
    ],
)
def test_who_calls_is_a_number_or_an_address_or_nobody_knows(
    peer: str, country: str, caller: str
) -> None:
    assert caller_in(peer, country) == caller


@given(st.text(max_size=40))
def test_no_address_can_say_more_to_baresip_than_an_address(text: str) -> None:
    said = telephone(text, "sip:{number}@pbx.example")

    assert said == "" or (str(address_in(said)) == said and not set(said) & set(' ;<>"\r\n,'))
    assert not set(caller_in(text, "86")) & set(' ;<>"\r\n')


def test_every_line_has_two_accounts_that_baresip_tells_apart() -> None:
    for address in ("sip:801@pbx.example", "sip:801@pbx.example:5080"):
        [account] = settings_of({**TOLD, "lines": [{"account": address}]}).lines
        here, there = addresses(account)

        assert here == address
        assert there != here
        assert address_in(there)
        written = accounts(account, Path("/x/silence.wav"))
        assert [line.partition(">")[0] for line in written.splitlines()] == [
            f"<{here}",
            f"<{there}",
        ]
    assert "ctrl_tcp_listen 127.0.0.1:4444\n" in configuration(Path("/m"), Path("/x"), 4444, "eth0")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"inbox": ""}, "inbox"), ({"inbox": "desk"}, "inbox"), ({"lines": []}, "lines"),
        ({"lines": [{"account": "801"}]}, "lines"), ({"lines": "sip:801@pbx"}, "lines"),
        ({"lines": [{"account": "sip:801@pbx", "password": "a;regint=1"}]}, "lines"),
        ({"listen": "here"}, "listen"), ({"account_sid": "A/C"}, "account_sid"),
        ({"dials": "{number}"}, "dials"), ({"country": "+86"}, "country"),
        ({"interface": "eth0\nmodule x"}, "interface"), ({"auth_token": 5}, "auth_token"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(change: Mapping[str, Any], named: str) -> None:
    with pytest.raises(Trouble, match=named):
        settings_of({**TOLD, **change})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "sip.toml").write_text("inbox = ", "utf-8")

    for name in ("sip.toml", "none.toml"):
        with pytest.raises(Trouble, match=name):
            settings_in(tmp_path / name)


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(Trouble, match="apt install baresip-core espeak-ng"):
        telling.modules()


def wav(samples: list[int], rate: int = 22_050, channels: int = 1) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(b"".join(one.to_bytes(2, "little", signed=True) for one in samples))
    return into.getvalue()


def test_any_rate_becomes_the_telephone_s_and_stays_as_long_and_as_high() -> None:
    low = [round(9000 * math.sin(2 * math.pi * 440 * i / 22_050)) for i in range(22_050)]

    heard = sounds.read(wav(low))

    assert abs(len(heard) - sounds.RATE) <= 1
    turns = sum(before < 0 <= after for before, after in pairwise(heard))
    assert abs(turns - 440) <= 1
    assert 8000 < sounds.loudness(heard) <= 9000


@given(st.binary(max_size=80))
def test_what_is_no_sound_is_refused(noise: bytes) -> None:
    for body in (noise, wav([1, 2, 3]) + noise, wav([1, 2])[: len(noise)], b"RIFF" + noise):
        try:
            assert len(sounds.read(body)) <= len(body)
        except sounds.Unplayable:
            continue


def test_both_ends_are_heard_at_once_without_running_over() -> None:
    assert list(sounds.mixed(sounds.tone(0, 0), sounds.silence(0.001))) == [0] * 8
    loud = sounds.tone(1000, 0.1, loud=0.9)
    assert sounds.loudness(sounds.mixed(loud, loud)) == 2**15 - 1


@pytest.mark.usefixtures("own_network")
def test_a_sound_is_fetched_once_and_what_is_none_is_silence(tmp_path: Path) -> None:
    def answer(asked: Any) -> Any:
        return (200, wav([5000] * 22_050)) if asked.path == "/a.wav" else (200, b"ID3 an MP3")

    speech = Speech(tmp_path)
    with vendor(answer) as runs:
        heard = [speech.of(Play(f"{runs.address}/a.wav")) for _time in range(2)]
        silent = speech.of(Play(f"{runs.address}/b.mp3"))

    assert [round(one.seconds) for one in heard] == [1, 1]
    assert runs.paths() == ["/a.wav", "/b.mp3"]
    assert (silent.path, silent.seconds) == (speech.silence.path, 0)
    assert speech.of(Pause(2)).seconds == 2
    assert len(heard[0].path.name) < 50  # baresip takes 127 letters


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_both_languages_are_spoken_and_anything_at_all_can_be_said(tmp_path: Path) -> None:
    speech = Speech(tmp_path)

    for said in (Say("请留言", "zh-CN"), Say("Please leave a message", "en-US")):
        heard = speech.of(said)
        assert 0.5 < heard.seconds < 5
        assert sounds.loudness(sounds.read(heard.path.read_bytes())) > 2000
    for said in (Say("-w /tmp/x --help \ud800 \x07", "en-US"), Say("喂", "xx-YY")):
        assert speech.of(said).path.exists()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_chinese_is_spoken_as_chinese_and_not_spelled_in_english() -> None:
    sounds_of = [
        subprocess.run(
            ["espeak-ng", "-v", VOICES["zh"], "-b", "1", "-q", "-x", word],
            capture_output=True, text=True, check=True,
        ).stdout
        for word in ("请", "电话")
    ]  # fmt: skip

    assert sounds_of[0].strip().startswith("tS;h")
    assert not any("(en)" in said for said in sounds_of)


@pytest.fixture
def own_network(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True


@dataclass
class House:
    """What the door asks, as a test wants it."""

    recordings: Recordings
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def name(self) -> str:
        return "SIP, 1/1"

    def call(self, form: Mapping[str, str]) -> Calling | None:
        self.asked.append(form)
        return None

    def change(self, sid: str, form: Mapping[str, str]) -> Calling | None:
        self.asked.append({"sid": sid, **form})
        return None


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Recordings(tmp_path / "recordings", f"http://gateway{ACCOUNT}"))


@pytest.fixture
def door(house: House) -> Iterator[Door]:
    before = threading.active_count()
    with Door(settings_of({**TOLD, "listen": "127.0.0.1:0"}), house) as opened:
        yield opened
    assert threading.active_count() <= before + 2  # whoever is just being answered


def test_a_recording_is_given_to_who_shows_the_token(door: Door, house: House) -> None:
    kept = house.recordings.keep(sounds.tone(440, 1.2))

    assert kept.url == f"http://gateway{ACCOUNT}/Recordings/{kept.name}.wav"
    path = f"{ACCOUNT}/Recordings/{kept.name}.wav"
    status, kind, sound = door.answer("GET", path, LOGIN, b"")
    assert (status, kind, kept.seconds) == (200, "audio/wav", 1)
    assert len(sounds.read(sound)) == 9600
    assert door.answer("GET", path, "Basic QUMxOng=", b"")[0] == 401
    assert door.answer("GET", path, "", b"")[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"{ACCOUNT}.json", b"", 200),
        ("GET", "/2010-04-01/Accounts/AC2.json", b"", 404),
        ("GET", f"{ACCOUNT}/Recordings/../sip.toml.wav", b"", 404),
        ("GET", f"{ACCOUNT}/Recordings/RE00.wav", b"", 404),
        ("GET", f"{ACCOUNT}/Calls/CA1.json", b"", 404),
        ("POST", f"{ACCOUNT}/Messages.json", b"Body=x", 404),
        ("POST", f"{ACCOUNT}/Calls.json", b"", 400),
        ("POST", f"{ACCOUNT}/Calls.json", b"\xff", 400),
        ("POST", f"{ACCOUNT}/Calls.json", b"To=sip%3Aa%40b&Url=file%3A%2F%2Fx", 400),
        ("POST", f"{ACCOUNT}/Calls.json", b"To=sip%3Aa%40b&Url=https%3A%2F%2Fdesk", 429),
        ("POST", f"{ACCOUNT}/Calls/CA1.json", b"Status=completed", 404),
    ],
)
def test_what_is_asked_at_the_door_is_answered_as_twilio_does(
    door: Door, method: str, path: str, body: bytes, status: int
) -> None:
    asks = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
    asks.request(method, path, body, {"authorization": LOGIN})
    answer = asks.getresponse()

    assert answer.status == status
    assert answer.read().startswith(b"{")
    asks.close()


@given(st.text(max_size=30), st.text(max_size=12), st.binary(max_size=30))
def test_nobody_breaks_the_door(path: str, login: str, body: bytes) -> None:
    opened = Door.__new__(Door)
    opened._login, opened._account = LOGIN, "AC1"

    assert opened.answer("POST", path, login, body)[0] == 401
    assert opened.answer("POST", path, LOGIN, body)[0] in {400, 404}
