"""Connect outposts, tell them what waits, do what colleagues answer there."""

from tongxin.service.outposts.actions.connecting import change, create, remove, try_out
from tongxin.service.outposts.actions.hearing import forget_heard, keep_said, note_room, work_heard
from tongxin.service.outposts.actions.telling import tell_called, tell_waiting

__all__ = [
    "change",
    "create",
    "forget_heard",
    "keep_said",
    "note_room",
    "remove",
    "tell_called",
    "tell_waiting",
    "try_out",
    "work_heard",
]
