"""Departures and files for tests of channels."""

from typing import Any

from tests.plugins.checks import channel_of
from tongxin.center.kit.plugins import manifests
from tongxin.sdk import Address, Call, Channel, Departure, Enclosure, Receipt

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def connected(name: str, **settings: Any) -> Channel:
    """Return a built-in channel with these settings."""
    return channel_of(manifests()[name], **settings)


def going(to: str, text: str = "您好", **given: Any) -> Departure:
    """Return one message that goes out."""
    return Departure(7, "message:7", Address("x", to), text, **given)


def enclosed(
    name: str = "小票.png", kind: str = "image/png", content: bytes = PNG, at: str = ""
) -> Enclosure:
    """Return a file that goes out; services may fetch it ``at`` an address, for as long as it says."""
    return Enclosure(
        name, kind, len(content), lambda: content, lambda lasts: at and f"{at}?{lasts.days}"
    )


def said(channel: Channel, departure: Departure) -> Receipt:
    """Carry one message out."""
    [receipt] = channel.say([departure])
    return receipt


def called(method: str, query: str = "", body: bytes = b"", **headers: str) -> Call:
    """Return a call at the inbox's door; underscores of headers' names are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(method, f"https://desk.example/hooks/0123/{query and '?'}{query}", named, body)
