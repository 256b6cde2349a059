"""What a manifest says that a channel can, read strictly."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from tongxin.service.channels.values import Capabilities

_READ = TypeAdapter(Capabilities)
_KNOWN = {field.name for field in fields(Capabilities)}


def capabilities_of(can: Mapping[str, Any], channel: str) -> Capabilities:
    """Return what ``[can]`` says; what a later version may say besides is left out. Raises ValueError."""
    said = {name: value for name, value in can.items() if name in _KNOWN}
    said.setdefault("reaches", (channel,))
    read: Capabilities = _READ.validate_python(said)
    for rate in (read.rate, read.rate_of_one):
        if rate is not None and (rate.count < 1 or rate.seconds <= 0):
            raise ValueError("a rate is at least one in some time")
    return read
