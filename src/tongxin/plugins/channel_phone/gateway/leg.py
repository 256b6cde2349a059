"""The other end: an agent's telephone that is rung while a caller holds the line."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from tongxin.plugins.channel_phone.gateway.ear import Command
from tongxin.plugins.channel_phone.gateway.forms import Party, why_not
from tongxin.plugins.channel_phone.gateway.steps import LegAnswered, LegOver, LegRang


@dataclass
class Leg:
    """One telephone, rung once. ``follow``: who hears how it goes."""

    party: Party
    command: Command
    put: Callable[[LegRang | LegAnswered | LegOver], None]
    rang: bool = False
    spoke_since: float | None = None
    is_over: bool = False

    async def ring(self, address: str, pause: float) -> None:
        """Ring it; ``pause`` is waited before."""
        await asyncio.sleep(pause)
        if not self.is_over and not await self.command("dial", address):
            self.ended("failed")

    async def drop(self) -> None:
        """Put down."""
        if not self.is_over:
            self.ended("487")
            await self.command("hangup", "")

    def rings(self) -> None:
        if not self.rang:
            self.rang = True
            self.put(LegRang())

    def answered(self) -> None:
        if not self.is_over:
            self.spoke_since = time.monotonic()
            self.put(LegAnswered())

    def ended(self, closed: str) -> None:
        """It is over; ``closed``: what its telephone said."""
        if self.is_over:
            return
        self.is_over = True
        since = self.spoke_since
        seconds = max(1, round(time.monotonic() - since)) if since else 0
        self.put(LegOver(why_not(closed), seconds))
