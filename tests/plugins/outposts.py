"""What every outpost promises, whoever wrote it; its examples are kept as a channel's are."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.plugins.bending import ANYTHING, bent
from tests.plugins.checks import (
    Example,
    check_manifest,
    check_refuses_impostors,
    examples_of,
    made_of,
    settings_of,
)
from tests.plugins.standin import Asked, Reply, vendor
from tongxin.center.kit.plugins import Manifest
from tongxin.sdk import Call, Outpost, Refused, Said, Telling, Unreachable


def outpost_of(manifest: Manifest, **given_settings: Any) -> Outpost:
    """Return the plugin's outpost with the settings that its examples are for."""
    made = made_of(manifest, **settings_of(manifest), **given_settings)
    assert isinstance(made, Outpost)
    return made


def check_examples(manifest: Manifest) -> None:
    """There is at least one, each is genuine, and each means what is written beside it."""
    found = list(examples_of(manifest))
    assert found
    made = outpost_of(manifest)
    for example in found:
        made.verify(example.call)
        assert meaning(made, example) == example.expected, example.name


def meaning(made: Outpost, example: Example) -> dict[str, Any]:
    """Return what an outpost hears and says to a call, as ``*.expected.json`` writes it."""
    if (answer := made.handshake(example.call)) is not None:
        return {"handshake": answer.body.decode()}
    return {"said": [_plain(one) for one in made.hear(example.call)]}


def check_hears_anything(manifest: Manifest) -> None:
    """Whatever comes in, above all what looks nearly right: somebody's word or a refusal, never a crash."""
    for example in examples_of(manifest):
        hears_bent(outpost_of(manifest), example.call.body, partial(_with_body, example.call))


def _with_body(call: Call, body: bytes) -> Call:
    return replace(call, body=body)


def hears_bent(made: Outpost, body: bytes, call_of: Callable[[bytes], Call]) -> None:
    """Let an outpost hear bodies like this one; ``call_of`` makes a call of one."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(bent(body), ANYTHING.map(lambda said: json.dumps(said).encode()))
    def hears(nearly: bytes, other: bytes) -> None:
        for said in (nearly, other):
            call, heard = call_of(said), list[Said]()
            with suppress(Refused):
                made.verify(call)
            with suppress(Refused):
                made.handshake(call)
                heard = list(made.hear(call))
            check_said(heard)

    hears()


def check_said(heard: Sequence[Said]) -> None:
    """What is heard fits where it is kept, and says what it answers."""
    for one in heard:
        assert 0 < len(one.external_id) <= 200
        assert len(one.thread) <= 100
        assert len(one.author) <= 100
        assert one.thread or one.to_us
        assert all(isinstance(number, int) for number in one.numbers)


def check_speaks(manifest: Manifest) -> None:
    """Where nobody answers, or nonsense comes back, that is said: whoever asks."""
    for answer in NONSENSE:
        with vendor(partial(_answered, answer)) as service:
            made = outpost_of(manifest, api_base=service.address)
            asked: list[Callable[[], str]] = [
                made.try_out,
                partial(made.tell, Telling("您好", "https://desk.example/x", button="打开")),
                partial(made.tell, Telling("您好", thread="t1")),
                partial(made.email_of, "u1"),
            ]
            for ask in asked:
                with suppress(Refused, Unreachable):
                    assert isinstance(ask(), str)


NONSENSE: list[Reply] = [
    (500, b"<html>oops"), (200, b"[]"), (200, {}), (400, {"code": "x"}), (401, {"ok": []}),
]  # fmt: skip


def _answered(answer: Reply, _asked: Asked) -> Reply:
    return answer


def _plain(said: Said) -> dict[str, Any]:
    """Return what differs from the defaults, in JSON's terms."""
    kept = {"external_id", "thread", "author", "text"}
    named = {field.name: getattr(said, field.name) for field in fields(said)}
    plain = {
        name: list(value) if isinstance(value, tuple) else value for name, value in named.items()
    }
    return {name: value for name, value in plain.items() if name in kept or value}


OUTPOST_CHECKS = [
    check_manifest, check_examples, check_hears_anything, check_refuses_impostors, check_speaks,
]  # fmt: skip
