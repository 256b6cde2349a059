"""How many messages one may still write, until when."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tongxin.service.channels.values import Opened, Window, WindowRule


def window_of(rules: Sequence[WindowRule], opened: Iterable[Opened], now: datetime) -> Window:
    """Return the best of the windows that stand open: the one that lasts longest, then with most left.

    Without rules one may always write. Where all are closed, the answer says why the last one is.
    """
    if not rules:
        return Window(is_open=True)
    by_name = {rule.after: rule for rule in rules}
    found = [_one(by_name[one.after], one, now) for one in opened if one.after in by_name]
    if not found:
        return Window(is_open=False, left=0, limit=rules[0].messages, after=rules[0].after)
    return max(found, key=_worth)


def _one(rule: WindowRule, opened: Opened, now: datetime) -> Window:
    until = opened.at + rule.lasts
    left = max(0, rule.messages - opened.used) if rule.messages else None
    is_open = now < until and left != 0
    return Window(is_open, until, left, rule.messages, rule.after)


def _worth(window: Window) -> tuple[bool, datetime, float]:
    assert window.open_until is not None  # noqa: S101 - every window that was opened closes
    left = float("inf") if window.left is None else float(window.left)
    return window.is_open, window.open_until, left
