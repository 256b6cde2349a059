"""Pure decisions about conversations."""

from tongxin.service.conversations.rules.checking import Checked, checked_by
from tongxin.service.conversations.rules.deciding import (
    COUNTED,
    RATING_EDITABLE,
    Clock,
    asks_for_human,
    clock_in,
    is_mendable,
    rating_is_editable,
    reopens,
    statistics,
)
from tongxin.service.conversations.rules.showing import preview
from tongxin.service.conversations.rules.standing import (
    Said,
    Standing,
    after,
    as_json,
    changes,
    cleared,
    merged,
    of_json,
    part,
    undone,
    without,
)
from tongxin.service.conversations.rules.tokens import number_in, token_of
from tongxin.service.conversations.rules.ways import is_offered, nearness

__all__ = [
    "COUNTED",
    "RATING_EDITABLE",
    "Checked",
    "Clock",
    "Said",
    "Standing",
    "after",
    "as_json",
    "asks_for_human",
    "changes",
    "checked_by",
    "cleared",
    "clock_in",
    "is_mendable",
    "is_offered",
    "merged",
    "nearness",
    "number_in",
    "of_json",
    "part",
    "preview",
    "rating_is_editable",
    "reopens",
    "statistics",
    "token_of",
    "undone",
    "without",
]
