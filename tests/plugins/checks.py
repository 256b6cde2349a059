"""What every plugin promises, whoever wrote it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxin.center.kit.plugins import Manifest, load
from tongxin.center.kit.refusals import Refused
from tongxin.sdk import Address, Arrival, Channel, Departure

_TEXT = st.text(max_size=20)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4)
)


def channel_of(manifest: Manifest, **given_settings: Any) -> Channel:
    """Return the plugin's channel with its settings as they are at first."""
    defaults = {name: field.get("default") for name, field in manifest.settings.items()}
    made = load(manifest)(defaults | given_settings)
    assert isinstance(made, Channel)
    return made


def examples_of(manifest: Manifest) -> Iterator[tuple[Path, Path]]:
    """Return each captured delivery with what it means."""
    for expected in sorted((manifest.folder / "examples").glob("*.expected.json")):
        yield expected.with_name(expected.name.replace(".expected", "")), expected


def check_manifest(manifest: Manifest) -> None:
    """It speaks both languages, names its kind as its folder does, and its class loads."""
    texts = [manifest.title, manifest.summary, *(s["title"] for s in manifest.settings.values())]
    assert all(text[language].strip() for text in texts for language in ("en", "zh"))
    assert manifest.quality in {"bronze", "silver", "gold", "platinum"}
    assert load(manifest).__module__.startswith(manifest.entry.rpartition(".plugin:")[0])
    assert channel_of(manifest).kind == manifest.name
    assert {s["kind"] for s in manifest.settings.values()} <= {
        "text", "long_text", "secret", "color", "switch", "number",
    }  # fmt: skip


def check_examples(manifest: Manifest) -> None:
    """There is at least one, and each means what is written beside it."""
    found = list(examples_of(manifest))
    assert found
    for delivery, expected in found:
        heard = channel_of(manifest).hear(delivery.read_bytes())
        assert [_plain(arrival) for arrival in heard] == json.loads(expected.read_text("utf-8"))


def check_hears_anything(manifest: Manifest) -> None:
    """Whatever JSON or bytes come in: arrivals or a refusal, never a crash."""
    channel = channel_of(manifest)
    [(delivery, _expected), *_others] = examples_of(manifest)
    good = json.loads(delivery.read_text("utf-8"))
    fields = st.sampled_from(sorted(good)) if isinstance(good, dict) else st.just("")

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(_JSON, fields, st.binary(max_size=60))
    def hears(value: Any, field: str, raw: bytes) -> None:
        bent = good | {field: value} if isinstance(good, dict) else value
        for body in (json.dumps(value).encode(), json.dumps(bent).encode(), raw):
            try:
                heard = channel.hear(body)
            except Refused:
                continue
            assert all(isinstance(arrival, Arrival) for arrival in heard)

    hears()


def check_refuses_impostors(manifest: Manifest) -> None:
    """Nobody gets in who cannot prove that they are the service."""
    [(delivery, _expected), *_others] = examples_of(manifest)
    channel = channel_of(manifest)
    for headers in ({}, {"x-signature": "0"}, {"authorization": "Bearer é"}):
        with pytest.raises(Refused) as refused:
            channel.verify(headers, delivery.read_bytes())
        assert refused.value.code == "hook.forged"


def check_receipts(manifest: Manifest) -> None:
    """Every departure gets its receipt."""
    going = [Departure(n, f"message:{n}", Address(manifest.name, "u"), "您好") for n in (3, 1, 2)]

    receipts = channel_of(manifest).say(going)

    assert sorted(receipt.message_id for receipt in receipts) == [1, 2, 3]


def _plain(arrival: Arrival) -> dict[str, Any]:
    sender = arrival.sender
    return {
        "external_id": arrival.external_id, "sender": [sender.kind, sender.value, sender.name],
        "text": arrival.text, "sent_at": arrival.sent_at.isoformat(), "file_ids": list(arrival.file_ids),
    }  # fmt: skip


CHECKS = [
    check_manifest, check_examples, check_hears_anything, check_refuses_impostors, check_receipts,
]  # fmt: skip
