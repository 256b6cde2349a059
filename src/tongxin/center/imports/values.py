from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 4000
MOST_OPEN = 20  # imports of one workspace that are not through
KEPT_DAYS = 30  # so long facts are kept at least, and so long an import can be undone
IMPORT = "people.import"


class Stage(StrEnum):
    """What was last done, or is being done, with an import."""

    OPENED = "opened"
    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"


class Outcome(StrEnum):
    """What became of a row, or (while it is only checked) would."""

    WAITING = "waiting"
    MADE = "made"
    UPDATED = "updated"
    SAME = "same"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNDONE = "undone"
    KEPT = "kept"


class Known(StrEnum):
    """What to do with a person who is here already: fill in, leave alone, or add another beside them."""

    UPDATE = "update"
    SKIP = "skip"
    ADD = "add"


class By(StrEnum):
    """What somebody is found by, the surest first."""

    EXTERNAL = "external"
    EMAIL = "email"
    PHONE = "phone"


# What a column may mean; also ``attribute.<key>`` and ``consent.<way>.<purpose>``.
MEANINGS = (
    "name", "external", "email", "phone", "postal", "organization", "tags", "language", "proof",
)  # fmt: skip
SEVERAL = frozenset({"email", "phone", "postal", "tags"})  # may stand over several columns
ATTRIBUTE, CONSENT = "attribute.", "consent."
Meaning = Annotated[str, Field(max_length=64)]


@dataclass(frozen=True)
class Plan:
    """What the columns of a table mean (empty: nothing), and how its people are taken in.

    ``has_head``: the first row names the columns. ``overwrite``: what is known is replaced, else only gaps
    are filled. ``proof``: where the consents in the table come from. ``tags`` are put on everybody.
    """

    columns: Annotated[tuple[Meaning, ...], Field(max_length=MOST_COLUMNS)]
    has_head: bool = True
    known: Known = Known.UPDATE
    by: Annotated[tuple[By, ...], Field(max_length=3)] = (By.EXTERNAL, By.EMAIL, By.PHONE)
    overwrite: bool = True
    proof: Annotated[str, Field(max_length=300)] = ""
    tags: Annotated[tuple[Annotated[str, Field(max_length=90)], ...], Field(max_length=20)] = ()


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a row: the column it is in (-1: the row itself), a code, and another line."""

    column: int
    code: str
    line: int = 0
