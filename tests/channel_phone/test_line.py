"""A line, with a house that answers and a telephone that only notes what it is told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.make import loops
from tests.plugins.standin import Asked, Reply, Vendor, vendor
from tongxin.plugins.channel_phone.gateway import ear, steps
from tongxin.plugins.channel_phone.gateway.asking import Asking
from tongxin.plugins.channel_phone.gateway.baresip import ENDED
from tongxin.plugins.channel_phone.gateway.calling import Follow
from tongxin.plugins.channel_phone.gateway.line import Line
from tongxin.plugins.channel_phone.gateway.recording import Recordings
from tongxin.plugins.channel_phone.gateway.settings import Settings, settings_of
from tongxin.plugins.channel_phone.gateway.speech import Heard, Speech
from tongxin.plugins.channel_phone.gateway.verbs import Pause

WAITS = b"<Response><Pause length='60'/></Response>"
OURS = "sip:801@pbx.example"


class Exchange:
    """Lines whose telephones are not there."""

    def __init__(self, folder: Path, settings: Settings, many: int) -> None:
        self.done: list[tuple[int, str]] = []
        shared = (
            Asking(settings.account_sid, settings.auth_token), Speech(folder / "sounds"),
            Recordings(folder / "recordings", "http://gateway"),
        )  # fmt: skip
        taken: set[str] = set()
        self.lines = [
            Line(settings.lines[0], folder / f"line-{number}", settings, shared, taken)
            for number in range(many)
        ]
        for number, line in enumerate(self.lines):
            line._baresip.command = self._noting(number)  # type: ignore[method-assign]

    def happens(self, number: int, kind: str, name: str = "call-1", **more: Any) -> None:
        """Let a telephone tell something."""
        told = {"type": kind, "accountaor": OURS, "id": name, "peeruri": "sip:+8613800138000@trunk"}
        self.lines[number]._hears({**told, **more})

    async def until(self, looks: Callable[[], object]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(20):
            while not looks():
                await asyncio.sleep(0.01)

    def did(self, number: int, name: str) -> bool:
        return (number, name) in self.done

    def _noting(self, number: int) -> Any:
        async def command(name: str, words: str = "") -> str:
            self.done.append((number, f"{name} {words}".strip()))
            return ""

        return command


@pytest.fixture
def house(settings: Any) -> Iterator[Vendor]:
    settings.TRUSTS_OWN_NETWORK = True

    def answer(asked: Asked) -> Reply:
        return 200, WAITS, {"content-type": "text/xml"}

    with vendor(answer) as runs:
        yield runs


def told_by(house: Vendor) -> list[str]:
    return [asked.form()["CallStatus"] for asked in house.asked]


def goes(
    house: Vendor, folder: Path, story: Callable[[Exchange], Awaitable[None]], many: int = 1
) -> None:
    """Let a story happen at lines that work."""
    told: Mapping[str, Any] = {
        "inbox": f"{house.address}/hooks/0123/", "account_sid": "AC1", "auth_token": "12345",
        "lines": [{"account": OURS}],
    }  # fmt: skip

    async def run() -> None:
        exchange = Exchange(folder, settings_of(told), many)
        working = [asyncio.create_task(line._work()) for line in exchange.lines]
        async with asyncio.timeout(60):
            await story(exchange)
        for task in working:
            task.cancel()

    loops.run(run())


def test_a_call_that_rings_at_several_lines_is_taken_by_one(house: Vendor, tmp_path: Path) -> None:
    async def story(exchange: Exchange) -> None:
        exchange.happens(0, "CALL_INCOMING")
        exchange.happens(1, "CALL_INCOMING")
        await exchange.until(lambda: exchange.did(0, "accept"))
        assert exchange.lines[1].call is None
        exchange.happens(1, "CALL_INCOMING", "call-2")
        await exchange.until(lambda: exchange.did(1, "accept"))

    goes(house, tmp_path, story, many=2)

    assert told_by(house) == ["ringing", "ringing"]


def test_what_is_told_late_of_another_call_changes_nothing(house: Vendor, tmp_path: Path) -> None:
    async def story(exchange: Exchange) -> None:
        exchange.happens(0, "CALL_INCOMING")
        exchange.happens(0, "CALL_CLOSED", "call-0")
        exchange.happens(0, "CALL_INCOMING", "call-2")
        await exchange.until(lambda: exchange.did(0, "accept"))
        exchange.happens(0, "CALL_ESTABLISHED")
        await exchange.until(lambda: any("ausrc" in done for _line, done in exchange.done))
        exchange.happens(0, "CALL_CLOSED", param="Connection reset by peer")
        await exchange.until(lambda: exchange.lines[0].call is None)
        await exchange.until(lambda: told_by(house)[-1:] == ["completed"])

    goes(house, tmp_path, story)

    assert told_by(house) == ["ringing", "completed"]
    assert house.asked[-1].form()["CallDuration"].isdigit()


def test_a_telephone_that_breaks_ends_its_call(house: Vendor, tmp_path: Path) -> None:
    async def story(exchange: Exchange) -> None:
        exchange.lines[0].is_registered = True
        exchange.happens(0, "CALL_INCOMING")
        await exchange.until(lambda: exchange.did(0, "accept"))
        exchange.happens(0, ENDED)
        await exchange.until(lambda: told_by(house)[-1:] == ["canceled"])
        assert not exchange.lines[0].is_registered
        assert exchange.lines[0].call is None

    goes(house, tmp_path, story)


def test_a_gateway_that_ends_hangs_up_and_says_so(house: Vendor, tmp_path: Path) -> None:
    async def story(exchange: Exchange) -> None:
        exchange.happens(0, "CALL_INCOMING")
        await exchange.until(lambda: exchange.did(0, "accept"))
        exchange.happens(0, "CALL_ESTABLISHED")
        await exchange.until(lambda: any("ausrc" in done for _line, done in exchange.done))
        await exchange.lines[0].leave()
        assert exchange.did(0, "hangup")

    goes(house, tmp_path, story)

    assert told_by(house) == ["ringing", "completed"]


def test_a_mistake_ends_its_call_for_the_house_and_leaves_the_line_to_others(
    house: Vendor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(exchange: Exchange) -> None:
        line = exchange.lines[0]
        exchange.happens(0, "CALL_INCOMING")
        await exchange.until(lambda: exchange.did(0, "accept"))
        assert line.call
        line.call._recorder.found = None  # type: ignore[assignment,method-assign]
        exchange.happens(0, "CALL_ESTABLISHED")
        await exchange.until(lambda: line.call is None)
        await exchange.until(lambda: len(house.asked) == 2)
        exchange.happens(0, "CALL_INCOMING", "call-2")
        await exchange.until(lambda: len(house.asked) == 3)

    goes(house, tmp_path, story)

    assert told_by(house) == ["ringing", "canceled", "ringing"]
    assert "TypeError" in caplog.text


def test_a_sound_makes_way_for_silence_before_its_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ear, "_AFTER", 0.01)
    speech = Speech(tmp_path)
    monkeypatch.setattr(speech, "silence", Heard(speech.silence.path, 0.01))
    done: list[str] = []

    async def story() -> None:
        elapsed: asyncio.Queue[steps.Elapsed] = asyncio.Queue()

        async def command(name: str, words: str) -> bool:
            done.append(f"{name} {words}")
            return True

        caller = ear.Ear(command, speech, elapsed.put_nowait)
        await caller.play(Pause(0), again=False)
        async with asyncio.timeout(20):
            assert caller.is_now(await elapsed.get())
            while done.count("ausrc aufile,silence.wav") < 3:
                await asyncio.sleep(0.01)
        caller.wait(600)
        caller.end()
        assert not caller.is_now(steps.Elapsed(2))

    loops.run(story())

    assert done[0] != done[1] == "ausrc aufile,silence.wav"


def test_whom_we_call_is_followed_and_a_line_in_use_is_not_used(
    house: Vendor, tmp_path: Path
) -> None:
    async def story(exchange: Exchange) -> None:
        line = exchange.lines[0]
        events = frozenset({"ringing", "answered", "completed"})
        follow = Follow(f"{house.address}/follow/", events)
        call = await line.dial("+8613800138000", f"{house.address}/next/", follow)
        assert call is not None
        assert exchange.did(0, "dial sip:+8613800138000@pbx.example")
        assert await line.dial("+8613800138000", f"{house.address}/next/", follow) is None
        for kind in ("CALL_RINGING", "CALL_ESTABLISHED", "CALL_CLOSED"):
            exchange.happens(0, kind, "call-9")
        await exchange.until(lambda: told_by(house)[-1:] == ["completed"])
        assert await line.dial("nobody", f"{house.address}/next/", follow) is None

    goes(house, tmp_path, story)

    followed = [one.form()["CallStatus"] for one in house.asked if one.path == "/follow/"]
    assert followed == ["ringing", "in-progress", "completed"]


def test_a_house_that_does_not_answer_is_asked_again_then_the_caller_is_refused(
    house: Vendor, tmp_path: Path
) -> None:
    house.answer = lambda _asked: (503, b"")

    async def story(exchange: Exchange) -> None:
        exchange.happens(0, "CALL_INCOMING")
        await exchange.until(lambda: exchange.did(0, "hangup"))
        assert not exchange.did(0, "accept")

    goes(house, tmp_path, story)

    assert told_by(house)[:3] == ["ringing"] * 3
