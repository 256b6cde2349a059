"""Which macros there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MacroId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.values import Status
from tongxin.service.replies.values import SHARE, Do, Step

_MACROS = """
SELECT id, name, owner_id, steps, saved_at FROM replies_macro
WHERE workspace_id = %s AND (owner_id IS NULL OR owner_id = %s) AND archived_at IS NULL ORDER BY name, id
"""


@dataclass(frozen=True)
class StepRow(Step):
    """One step of a macro, as it is kept."""


@dataclass(frozen=True)
class MacroRow:
    """A macro and its steps. ``editable`` where whoever asks may change it."""

    id: MacroId
    name: str
    shared: bool
    editable: bool
    steps: Sequence[StepRow]
    saved_at: datetime


@query("macro.list", needs="conversation.read")
def macros(*, actor: Actor) -> Sequence[MacroRow]:
    """Return everybody's macros and one's own, by name."""
    return [
        MacroRow(
            pk, name, owner_id is None, owner_id is not None or actor.may(SHARE),
            [step_of(kept) for kept in steps],
            saved_at,
        )
        for pk, name, owner_id, steps, saved_at in rows(
            _MACROS, [actor.workspace_id, actor.member_id]
        )
    ]  # fmt: skip


def step_of(kept: Mapping[str, Any]) -> StepRow:
    """Return a step as it was kept."""
    status = Status(kept["status"]) if kept.get("status") else None
    return StepRow(**{**kept, "do": Do(kept["do"]), "tags": tuple(kept["tags"]), "status": status})
