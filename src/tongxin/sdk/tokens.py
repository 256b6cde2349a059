"""Access tokens that live some hours: fetched when needed, kept in this process only."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tongxin.center.kit.outgoing import Unreachable

T = TypeVar("T")
_EARLY = 300.0  # seconds before its end that a token is no longer used


class Tokens:
    """The tokens of one kind of service. A channel keeps no state: whoever starts anew fetches anew."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def get(self, owner: tuple[str, ...], fetch: Callable[[], tuple[str, float]]) -> str:
        """Return the owner's token; ``fetch`` gets one, and says for how many seconds it lives."""
        with self._lock:
            token, until = self._kept.get(_name(owner), ("", 0.0))
        if time.monotonic() < until:
            return token
        token, seconds = fetch()
        with self._lock:
            self._kept[_name(owner)] = token, time.monotonic() + max(seconds - _EARLY, 0)
        return token

    def use(
        self,
        owner: tuple[str, ...],
        fetch: Callable[[], tuple[str, float]],
        ask: Callable[[str], T],
        is_stale: Callable[[T], bool],
    ) -> T:
        """Return what ``ask`` is told with the owner's token; asks once more where that had ended early."""
        told = ask(self.get(owner, fetch))
        if is_stale(told):
            self.forget(owner)
            told = ask(self.get(owner, fetch))
        return told

    def forget(self, owner: tuple[str, ...]) -> None:
        """Let a token go that ended early."""
        with self._lock:
            self._kept.pop(_name(owner), None)


def token_in(told: Mapping[str, Any], name: str, lasts: str) -> tuple[str, float]:
    """Return the token in a service's answer, and for how many seconds it lives. Raises Unreachable without one."""
    token, seconds = told.get(name), str(told.get(lasts) or "")
    if not isinstance(token, str) or not token or not (seconds.isascii() and seconds.isdecimal()):
        raise Unreachable("no token, but no error either")
    return token, float(seconds[:9])


def _name(owner: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(owner).encode()).hexdigest()
