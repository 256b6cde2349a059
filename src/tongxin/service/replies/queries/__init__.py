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

__all__ = [
    "UNDO_SECONDS",
    "CannedRow",
    "HeldRow",
    "Ready",
    "canned",
    "canned_replies",
    "find_canned",
    "held",
    "preview_canned",
    "undo_seconds",
]
