"""Real calls with sound and keys, by kamailio and baresip, in a network of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from tests.channel_phone.network import why_not
from tests.plugins.test_phone import SID, TOKEN

ROOT = Path(__file__).parent.parent.parent
LONGEST = 150  # seconds, on a machine that is busy; by itself it takes about 20
AUDIBLE = 2000


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what was told and heard while Mei called, and was called."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("calls")
    command = ["unshare", "-n", sys.executable, "-m", "tests.channel_phone.story", str(folder)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )  # fmt: skip
    log = folder / "gateway.log"
    assert not ran.returncode, ran.stderr + (log.read_text("utf-8") if log.exists() else "")
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_a_caller_hears_the_menu_presses_keys_and_leaves_a_message(story: dict[str, Any]) -> None:
    message = story["message"]

    assert message["greeting"] > AUDIBLE
    assert (message["left"]["Digits"], message["left"]["From"]) == ("hangup", "sip:mei@10.99.0.1")
    assert message["kind"] == "audio/wav"
    assert message["message"] > AUDIBLE
    assert message["seconds"] > 0.3
    assert int(message["over"]["CallDuration"]) > 0


def test_an_agent_is_rung_connected_and_recorded(story: dict[str, Any]) -> None:
    connected = story["connected"]

    assert min(connected["heard"].values()) > AUDIBLE
    assert connected["rang"]["CallStatus"] == "in-progress"
    assert connected["recording"] > AUDIBLE


def test_the_house_may_call_somebody_and_end_the_call(story: dict[str, Any]) -> None:
    back = story["back"]

    assert back["made"]["status"] == "queued"
    assert back["heard"] > 0
    assert back["changed"] == 200


def test_everything_is_told_signed_as_the_library_signs(story: dict[str, Any]) -> None:
    validator = RequestValidator(TOKEN)

    assert len(story["told"]) >= 12
    for told in story["told"]:
        assert told["form"]["AccountSid"] == SID
        assert validator.validate(told["url"], told["form"], told["signature"])
