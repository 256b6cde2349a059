"""Whoever would do the same thing at the same time takes turns, until the transaction ends."""

from collections.abc import Iterable
from hashlib import blake2b

from tongxin.center.kit.sql import rows


def take_turns(purpose: str, keys: Iterable[object]) -> None:
    """Wait until nobody else holds any of these turns, and hold them; in one order, so no deadlock."""
    numbers = sorted({number_of(purpose, key) for key in keys})
    rows("SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) number", [numbers])


def number_of(purpose: str, key: object) -> int:
    text = f"{purpose}\n{key}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), signed=True)
