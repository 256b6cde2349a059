"""Mei calls the shop: she hears a menu, presses keys, leaves a message, is connected, is called back.

A program that runs in a network of its own (``unshare -n``). What the shop was asked, and what was heard, is
printed as JSON for the test that runs it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from django.conf import settings

settings.configure(TRUSTS_OWN_NETWORK=True)

from tests.channel_phone.network import HOST, Phone, furnish, registrar, until  # noqa: E402
from tests.plugins.standin import Asked, Reply, Vendor, vendor  # noqa: E402
from tests.plugins.test_phone import SID, TOKEN, Shop, phone  # noqa: E402
from tongxin.plugins.channel_phone.gateway import sounds  # noqa: E402
from tongxin.sdk import Call, Reachable  # noqa: E402

GATEWAY = "http://127.0.0.1:8060"
LOGIN = (SID, TOKEN)
_BACK = b"<Response><Say>Hello Mei.</Say><Pause length='60'/></Response>"


class Desk:
    """The shop's house: the channel's own answers, from a shop whose agent is there or not."""

    def __init__(self) -> None:
        self.shop = Shop({3: "tea"})
        self.channel = phone(greeting="Hi.", notice="Recorded.", records=True, api_base=GATEWAY)
        self.told: list[dict[str, Any]] = []

    def answer(self, asked: Asked) -> Reply:
        kind = {"content-type": "text/xml"}
        if asked.path == "/back/":
            return 200, _BACK, kind
        call = Call(asked.method, self.url(asked), asked.headers, asked.body)
        self.channel.verify(call)
        answer = self.channel.respond(call, self.shop)
        signature = asked.headers["x-twilio-signature"]
        self.told.append({"url": call.url, "signature": signature, "form": asked.form()})
        return 200, answer.body, kind

    def url(self, asked: Asked) -> str:
        query = urlencode(asked.query)  # as it was written
        return f"http://{asked.headers['host']}{asked.path}" + (f"?{query}" if query else "")

    def waits_for(self, step: str, **form: str) -> dict[str, Any]:
        """Return the form by which something was told."""
        found: dict[str, Any] = until(lambda: self._found(step, form), f"told: {step} {form}")
        return found

    def is_pressed(self, phone: Phone, key: str, step: str) -> None:
        """Press a key until it was heard: whoever presses before they are asked is not."""
        until(lambda: self._heard(phone, key, step), f"pressed: {key}")

    def _heard(self, phone: Phone, key: str, step: str) -> bool:
        phone.do("sndcode", key)
        with suppress(AssertionError):
            until(lambda: self._found(step, {"Digits": key}), "told", patience=1.0)
            return True
        return False

    def _found(self, step: str, form: dict[str, str]) -> dict[str, Any] | None:
        where = f"?step={step}&" if step else "/hooks/0123/"
        said = (one for one in self.told if where in one["url"] and (step or "?" not in one["url"]))
        return next((one["form"] for one in said if form.items() <= one["form"].items()), None)


@contextmanager
def gateway(folder: Path, inbox: str) -> Iterator[None]:
    """Run the program, as an administrator does: with two lines, of which a call takes one."""
    (folder / "sip.toml").write_text(
        f"""
inbox = "{inbox}"
account_sid = "{SID}"
auth_token = "{TOKEN}"
address = "{GATEWAY}"
listen = "127.0.0.1:8060"
folder = "{folder}/gateway"
interface = "br0"
lines = [{{account = "sip:shop@{HOST}"}}, {{account = "sip:shop@{HOST}"}}]
""",
        "utf-8",
    )
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "tongxin.project.command",
        "sip",
        folder / "sip.toml",
    ]
    with (folder / "gateway.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until(_is_there, "the gateway is registered")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _is_there() -> bool:
    try:
        told = httpx.get(f"{GATEWAY}/2010-04-01/Accounts/{SID}.json", auth=LOGIN)
    except httpx.TransportError:
        return False
    return bool(told.json()["friendly_name"] == "SIP, 2/2")


def leaves_a_message(mei: Phone, desk: Desk) -> dict[str, Any]:
    """She hears the menu, chooses, would rather leave a message, and hangs up when she has."""
    mei.calls(f"sip:shop@{HOST}")
    greeting = mei.hears()
    desk.is_pressed(mei, "1", "chosen")
    desk.is_pressed(mei, "8", "pressed")
    mei.hears_the_tone()
    mei.hears_nothing_for(0.7)  # meanwhile she speaks
    mei.do("hangup")
    left = desk.waits_for("left", Digits="hangup")
    over = desk.waits_for("", CallStatus="completed", CallSid=left["CallSid"])
    sound = desk.channel.fetch(left["RecordingUrl"])
    said = sounds.read(sound.content or b"")
    return {"greeting": greeting, "left": left, "over": over, "kind": sound.kind,
            "message": sounds.loudness(said), "seconds": len(said) / sounds.RATE}  # fmt: skip


def is_connected(mei: Phone, lin: Phone, desk: Desk) -> dict[str, Any]:
    """Whoever is there is rung; they hear each other; the agent puts down."""
    desk.told.clear()
    desk.shop.there = Reachable(7, f"sip:lin@{HOST}")
    mei.calls(f"sip:shop@{HOST}")
    desk.is_pressed(mei, "1", "chosen")
    lin.sees("CALL_INCOMING")
    desk.waits_for("leg", CallStatus="ringing")
    lin.do("accept")
    desk.waits_for("leg", CallStatus="in-progress")
    heard = {"lin": lin.hears(), "mei": mei.hears()}
    until(lambda: len(lin.said_to_them()) > sounds.RATE, "they talk for a second")
    lin.do("hangup")
    mei.sees("CALL_CLOSED")
    rang = desk.waits_for("rang", DialCallStatus="completed")
    kept = desk.waits_for("recorded", RecordingStatus="completed")
    said = sounds.read(desk.channel.fetch(kept["RecordingUrl"]).content or b"")
    return {"heard": heard, "rang": rang, "recording": sounds.loudness(said)}


def is_called_back(mei: Phone, runs: Vendor) -> dict[str, Any]:
    """The house lets her be called, and ends the call."""
    calls = f"{GATEWAY}/2010-04-01/Accounts/{SID}/Calls"
    form = {"To": f"sip:mei@{HOST}", "Url": f"{runs.address}/back/"}
    made = until(lambda: _made(f"{calls}.json", form), "the line is free")
    mei.sees("CALL_INCOMING")
    mei.do("accept")
    heard = mei.hears()
    changed = httpx.post(f"{calls}/{made['sid']}.json", data={"Status": "completed"}, auth=LOGIN)
    mei.sees("CALL_CLOSED")
    return {"made": made, "heard": heard, "changed": changed.status_code}


def _made(url: str, form: dict[str, str]) -> dict[str, Any] | None:
    answer = httpx.post(url, data=form, auth=LOGIN)
    told: dict[str, Any] | None = answer.json() if answer.is_success else None
    return told


def main(folder: Path) -> None:
    """Tell the whole story."""
    furnish()
    desk = Desk()
    phones = Phone(folder, "mei", 4501, 440), Phone(folder, "lin", 4502, 880)
    with registrar(folder), vendor(desk.answer) as runs:
        inbox = f"{runs.address}/hooks/0123/"
        with gateway(folder, inbox), phones[0].on() as mei, phones[1].on() as lin:
            message = leaves_a_message(mei, desk)
            told = list(desk.told)
            connected = is_connected(mei, lin, desk)
            back = is_called_back(mei, runs)
    found = {"message": message, "connected": connected, "back": back, "told": told + desk.told}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
