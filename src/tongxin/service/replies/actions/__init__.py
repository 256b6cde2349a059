"""Verbs about ready words, one family a file."""

from tongxin.service.replies.actions.canned import (
    archive_canned,
    change_canned,
    create_canned,
    restore_canned,
    use_canned,
)
from tongxin.service.replies.actions.holding import (
    cancel,
    hold,
    release,
    reschedule,
    schedule,
    set_undo,
)
from tongxin.service.replies.actions.macros import (
    archive_macros,
    change_macro,
    create_macro,
    run_macro,
)
from tongxin.service.replies.actions.releasing import interrupt, release_due
from tongxin.service.replies.actions.reviewing import approve, give_back, offer_review

__all__ = [
    "approve",
    "archive_canned",
    "archive_macros",
    "cancel",
    "change_canned",
    "change_macro",
    "create_canned",
    "create_macro",
    "give_back",
    "hold",
    "interrupt",
    "offer_review",
    "release",
    "release_due",
    "reschedule",
    "restore_canned",
    "run_macro",
    "schedule",
    "set_undo",
    "use_canned",
]
