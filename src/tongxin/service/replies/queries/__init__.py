"""Questions about ready words."""

from tongxin.service.replies.queries.canned import (
    CannedRow,
    Ready,
    canned,
    canned_replies,
    find_canned,
    preview_canned,
)
from tongxin.service.replies.queries.held import UNDO_SECONDS, HeldRow, held, undo_seconds
from tongxin.service.replies.queries.macros import MacroRow, macros

__all__ = [
    "UNDO_SECONDS",
    "CannedRow",
    "HeldRow",
    "MacroRow",
    "Ready",
    "canned",
    "canned_replies",
    "find_canned",
    "held",
    "macros",
    "preview_canned",
    "undo_seconds",
]
