"""A figure, its limit and whether it meets its target."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """``limit``: what the machine could do at most in the same run (empty where there is none)."""

    name: str
    value: float
    unit: str
    limit: str
    target: str
    met: bool

    def line(self) -> str:
        mark = "✓" if self.met else "✗"
        beside = f"  ({self.limit})" if self.limit else ""
        return f"  {mark} {self.name:<58} {self.value:>10.3f} {self.unit:<7} target {self.target}{beside}"

    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def at_most(name: str, value: float, unit: str, most: float, limit: str = "") -> Figure:
    return Figure(name, round(value, 4), unit, limit, f"<= {most:g} {unit}", value <= most)


def at_least(name: str, value: float, unit: str, least: float, limit: str = "") -> Figure:
    return Figure(name, round(value, 4), unit, limit, f">= {least:g} {unit}", value >= least)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share (0 to 1) lies; inclusive method."""
    if len(values) < 2:  # noqa: PLR2004
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=1000, method="inclusive")[min(998, int(share * 1000) - 1)]
