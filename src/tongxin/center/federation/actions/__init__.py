"""Set connections up, and let in whom they vouch for."""

from tongxin.center.federation.actions.connections import (
    change,
    create,
    incomplete,
    remove,
    switch,
    unlink,
)
from tongxin.center.federation.actions.entering import enter, note_refusal, take_once

__all__ = [
    "change",
    "create",
    "enter",
    "incomplete",
    "note_refusal",
    "remove",
    "switch",
    "take_once",
    "unlink",
]
