"""Verbs about people from files."""

from tongxin.center.imports.actions.opening import discard, forget, open_table, take_table
from tongxin.center.imports.actions.planning import begin, cancel, check_plan, undo
from tongxin.center.imports.actions.working import BATCH, work

__all__ = [
    "BATCH",
    "begin",
    "cancel",
    "check_plan",
    "discard",
    "forget",
    "open_table",
    "take_table",
    "undo",
    "work",
]
