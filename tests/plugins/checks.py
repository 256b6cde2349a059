"""What every plugin promises, whoever wrote it.

``examples/`` holds deliveries as the vendor documents them: ``<name>.json`` is a body, ``<name>.http`` a whole
request (request line, headers, body), ``<name>.eml`` a mail; ``settings.json`` the settings they are for.
``<name>.expected.json`` says what one means: its arrivals, or an object of ``arrivals``, ``progress``, ``has_news``,
``handshake``, ``acknowledge`` (what the caller is told), ``verifies`` (false where only its time was right),
``came_at`` (when it came) and, at an outpost, ``said``.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plugins.bending import ANYTHING, bent
from tests.plugins.standin import vendor
from tongxin.center.kit.plugins import Manifest, load
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.values import LONGEST_VALUE
from tongxin.sdk import (
    EDITED,
    RECALLED,
    Address,
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    Outpost,
    Progress,
)

LANGUAGES = ("en", "zh")
FIELDS = {"text", "long_text", "secret", "color", "switch", "number", "choice"}
ABILITIES = {
    "live", "attachments", "by_address", "typing", "read", "edit_minutes", "recall_minutes",
    "longest_text", "largest_file_mb", "file_types", "kinds",
    "formats", "templates", "lists_templates", "sends_first", "listens", "ordered", "acknowledge_seconds", "rate",
    "rate_of_one", "window", "fallbacks", "threads", "by_mail",
    "sets_up", "reaches", "largest_call_mb", "calls", "writes_if",
}  # fmt: skip
TRIGGERS = {"message", "menu", "scan", "subscribe", "enter", "welcome"}
LONGEST_NAME = 200  # of a message, in its inbox
HOOK = "https://desk.example/hooks/0123/"


@dataclass(frozen=True)
class Example:
    """A delivery, and what is written beside it."""

    name: str
    call: Call
    expected: Mapping[str, Any]


def made_of(manifest: Manifest, **given_settings: Any) -> Channel | Outpost:
    """Return what the plugin makes with its settings as they are at first."""
    defaults = {name: field.get("default") for name, field in manifest.settings.items()}
    made = load(manifest)(defaults | given_settings)
    assert isinstance(made, Channel | Outpost)
    return made


def channel_of(manifest: Manifest, **given_settings: Any) -> Channel:
    """Return the plugin's channel with its settings as they are at first."""
    made = made_of(manifest, **given_settings)
    assert isinstance(made, Channel)
    return made


def settings_of(manifest: Manifest) -> dict[str, Any]:
    """Return the settings that the plugin's examples are for."""
    path = manifest.folder / "examples/settings.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def in_its_examples(manifest: Manifest) -> Channel:
    """Return the plugin's channel with the settings that its examples are for."""
    return channel_of(manifest, **settings_of(manifest))


def posted(body: bytes, headers: Mapping[str, str] | None = None) -> Call:
    """Return a call at the inbox's door."""
    return Call("POST", HOOK, headers or {}, body)


def call_of(path: Path) -> Call:
    """Return a captured delivery as a call."""
    raw = path.read_bytes()
    if path.suffix == ".eml":
        return Call("MAIL", "", {}, raw, datetime(2026, 11, 22, tzinfo=UTC))
    if path.suffix != ".http":
        return posted(raw)
    head, _blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.decode("utf-8").split("\n")
    method, target, *_version = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _colon, value in pairs}
    url = target if "://" in target else f"https://desk.example{target}"
    return Call(method, url, headers, body.removesuffix(b"\n"))


def examples_of(manifest: Manifest) -> Iterator[Example]:
    """Return each captured delivery with what it means."""
    for expected in sorted((manifest.folder / "examples").glob("*.expected.json")):
        name = expected.name.removesuffix(".expected.json")
        [delivery] = [
            p
            for end in ("json", "http", "eml")
            if (p := expected.with_name(f"{name}.{end}")).exists()
        ]
        said = json.loads(expected.read_text("utf-8"))
        said = said if isinstance(said, dict) else {"arrivals": said, "verifies": False}
        for arrival in said.get("arrivals", ()):
            if arrival.get("file_ids") == []:
                del arrival["file_ids"]
        call = call_of(delivery)
        if "came_at" in said:
            call = replace(call, came_at=datetime.fromisoformat(said.pop("came_at")))
        yield Example(name, call, said)


def check_manifest(manifest: Manifest) -> None:
    """It speaks both languages, names its kind as its folder does, and its class loads."""
    data = tomllib.loads((manifest.folder / "plugin.toml").read_text("utf-8"))
    asked = manifest.settings.values()
    texts = [manifest.title, manifest.summary, *(s["title"] for s in asked), *data.get("steps", ())]
    texts += [s["help"] for s in asked if "help" in s]
    texts += [choice for s in asked for choice in s.get("choices", {}).values()]
    assert all(text[language].strip() for text in texts for language in LANGUAGES)
    assert manifest.quality in {"bronze", "silver", "gold", "platinum"}
    assert load(manifest).__module__.startswith(manifest.entry.rpartition(".plugin:")[0])
    assert made_of(manifest).kind == manifest.name
    assert {s["kind"] for s in asked} <= FIELDS
    assert all(
        s["choices"] and s["default"] in s["choices"] for s in asked if s["kind"] == "choice"
    )
    assert all(
        re.compile(s["pattern"]) and s["kind"] in {"text", "secret"}
        for s in asked
        if "pattern" in s
    )
    whens = [choice for part in (*asked, *manifest.steps) for choice in _whens(part)]
    assert all(chosen <= set(manifest.settings[name]["choices"]) for name, chosen in whens)
    assert not any(s.get("required") for s in asked if "when" in s)


def _whens(part: Mapping[str, Any]) -> list[tuple[str, set[str]]]:
    """Return what has to be chosen for a setting, or a step, to be shown."""
    lists = part.get("when", [])
    return [(name, set(chosen)) for one in ([lists] if isinstance(lists, dict) else lists)
            for name, chosen in one.items()]  # fmt: skip


def check_abilities(manifest: Manifest) -> None:
    """What it can is said in the words that the house reads."""
    can = manifest.can
    assert set(can) <= ABILITIES
    assert {"live", "attachments", "longest_text"} <= set(can)
    for rate in ("rate", "rate_of_one"):
        assert rate not in can or set(can[rate]) == {"count", "seconds"}
    for rule in can.get("window", ()):
        assert rule["after"] in TRIGGERS
        assert rule.get("only_if", "") in {"", *manifest.settings}
        assert set(rule) - {"messages", "only_if"} in ({"after", "hours"}, {"after", "minutes"})
    made = channel_of(manifest)
    assert bool(can.get("listens")) == (type(made).listen is not Channel.listen)
    shows = bool(can.get("typing")) and not can["live"]
    assert shows == (type(made).typing is not Channel.typing)
    lists = bool(can.get("lists_templates"))
    assert lists == (type(made).templates is not Channel.templates)
    assert lists == (type(made).fill is not Channel.fill)
    assert bool(can.get("sets_up")) == (type(made).set_up is not Channel.set_up)


def check_examples(manifest: Manifest) -> None:
    """There is at least one, and each means what is written beside it."""
    found = list(examples_of(manifest))
    assert found
    channel = in_its_examples(manifest)
    for example in found:
        said = {name: value for name, value in example.expected.items() if name != "verifies"}
        if example.expected.get("verifies", True):
            channel.verify(example.call)
        assert meaning(channel, example) == said, example.name


def check_hears_anything(manifest: Manifest) -> None:
    """Whatever comes in, above all what looks nearly right: a batch or a refusal, never a crash."""
    channel = in_its_examples(manifest)
    for example in examples_of(manifest):
        _hears_bent(channel, example.call)


def _hears_bent(channel: Channel, call: Call) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        bent(call.body), ANYTHING.map(lambda said: json.dumps(said).encode()), st.text(max_size=30)
    )
    def hears(body: bytes, other: bytes, word: str) -> None:
        url = call.url if len(word) % 3 else f"{HOOK}?{word}"
        for said in (body, other):
            bent_call = Call(call.method, url, call.headers, said)
            for answered in (channel.verify, channel.handshake, channel.acknowledge, channel.hear):
                _check_answer(_answer(answered, bent_call))

    hears()


def _answer(asked: Callable[[Call], object], call: Call) -> object:
    try:
        return asked(call)
    except Refused as refused:
        # A visitor is told more than a vendor, who only has to know that it is wrong.
        return None if refused.code.startswith(("hook.", "message.")) else refused


def _check_answer(answered: object) -> None:
    assert answered is None or isinstance(answered, Answer | Batch)
    if isinstance(answered, Batch):
        for arrival in answered.arrivals:
            assert isinstance(arrival, Arrival)
            assert 0 < len(arrival.external_id) <= LONGEST_NAME
            assert 0 < len(arrival.sender.value) <= LONGEST_VALUE
            assert arrival.sent_at.tzinfo is not None
            assert not arrival.mends or arrival.event in {EDITED, RECALLED}
            assert (
                arrival.event
                or arrival.text
                or arrival.attachments
                or arrival.kind != "text"
                or arrival.file_ids
            )
        assert all(0 < len(step.external_id) <= LONGEST_NAME for step in answered.progress)


def check_refuses_impostors(manifest: Manifest) -> None:
    """Nobody gets in who cannot prove that they are the service: not without settings, nor with."""
    for example in examples_of(manifest):
        call = example.call
        bare = replace(call, url=call.url.partition("?")[0], headers={})
        calls = [bare, *(replace(bare, headers=headers) for headers in _GUESSES)]
        calls += _tampered(example)
        for made in (made_of(manifest), made_of(manifest, **settings_of(manifest))):
            for impostor in calls:
                with pytest.raises(Refused) as refused:
                    made.verify(impostor)
                assert refused.value.code == "hook.forged"
        with pytest.raises(Refused):
            made_of(manifest).verify(call)


_GUESSES: list[dict[str, str]] = [{"x-signature": "0"}, {"authorization": "Bearer é"}]


def _tampered(example: Example) -> list[Call]:
    """Return the genuine call with a signature that is not its own: every header and parameter changed."""
    call = example.call
    if not example.expected.get("verifies", True):
        return []
    shown = {name: f"{value[:-1]}é" for name, value in call.headers.items() if name in _SIGNED}
    if shown:
        return [replace(call, headers={**call.headers, **shown})]
    turned = "&".join(f"{name}={value[::-1]}x" for name, value in call.query.items())
    return [replace(call, url=f"{call.url.partition('?')[0]}?{turned}")]


_SIGNED = {
    "x-hub-signature-256", "x-line-signature", "x-twilio-signature", "webhook-signature", "x-slack-signature",
    "x-telegram-bot-api-secret-token", "x-douyin-signature", "x-lark-signature", "sign", "authorization",
}  # fmt: skip


def check_receipts(manifest: Manifest) -> None:
    """Every departure gets its receipt, also where nobody answers or nonsense comes back."""
    going = [Departure(n, f"message:{n}", Address(manifest.name, "u"), "您好") for n in (3, 1, 2)]
    for answer in ((500, b"<html>oops"), (200, b"[]"), (200, {}), (401, {"errcode": "x"})):
        with vendor(lambda _asked, answer=answer: answer) as service:  # type: ignore[misc]
            given_settings = (
                {"api_base": service.address} if "api_base" in manifest.settings else {}
            )
            receipts = channel_of(manifest, **given_settings).say(going)

        assert sorted(receipt.message_id for receipt in receipts) == [1, 2, 3]
        assert all(receipt.error == "" or receipt.error in set(Failure) for receipt in receipts)


def meaning(channel: Channel, example: Example) -> dict[str, Any]:
    """Return what a channel hears and says to a call, as ``*.expected.json`` writes it."""
    answer = channel.handshake(example.call)
    if answer is not None:
        return {"handshake": answer.body.decode()}
    heard = channel.hear(example.call)
    told: dict[str, Any] = {"arrivals": [_plain(arrival) for arrival in heard.arrivals]}
    if heard.progress:
        told["progress"] = [_plain(step) for step in heard.progress]
    if heard.has_news:
        told["has_news"] = True
    if said := channel.acknowledge(example.call).body:
        told["acknowledge"] = said.decode()
    return told


def _plain(row: Any) -> Any:
    """Return what differs from the defaults, in JSON's terms."""
    if isinstance(row, Address):
        return [row.kind, row.value, row.name]
    if isinstance(row, datetime):
        return row.isoformat()
    if isinstance(row, tuple):
        return [_plain(one) for one in row]
    if isinstance(row, Arrival | Progress | Attachment):
        named = {field.name: getattr(row, field.name) for field in fields(row)}
        kept = {"text"} if isinstance(row, Arrival) else set()
        return {
            name: _plain(value)
            for name, value in named.items()
            if name in kept or _is_said(row, name)
        }
    if isinstance(row, bytes):
        return row.decode()
    return dict(row) if isinstance(row, Mapping) else row


def _is_said(row: Any, name: str) -> bool:
    value = getattr(row, name)
    return (
        name != "raw"  # the call's own bytes
        and value not in ("", (), None, False)
        and value != {}
        and not (name == "kind" and value == "text")
    )


CHECKS = [
    check_manifest, check_abilities, check_examples, check_hears_anything, check_refuses_impostors, check_receipts,
]  # fmt: skip
