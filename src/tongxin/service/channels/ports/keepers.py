"""Who keeps what a channel is given anew."""

from collections.abc import Callable
from typing import Protocol


class Keeper(Protocol):
    """The secrets of one inbox. ``key`` is the inbox's, and no other's."""

    key: str

    def renew(self, name: str, change: Callable[[str], str]) -> str:
        """Change a secret: ``change`` gets it as it is kept now, returns it as it shall be. Raises Unreachable."""
