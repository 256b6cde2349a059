"""How far imports are, and what became of every row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from tongxin.center.imports.actions.planning import missing
from tongxin.center.imports.models import Import
from tongxin.center.imports.queries.words import sentence_of
from tongxin.center.imports.values import IMPORT, KEPT_DAYS, Outcome, Plan, Stage
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ImportId, Label, PersonId
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import row_maker, rows
from tongxin.center.people.values import CONTACT

_MOST, _NEWEST = 50, 2**62
_PLAN = TypeAdapter(Plan)
_ROWS = """
SELECT r.place, r.line, r.cells, r.outcome, p.id, COALESCE(p.name, ''), r.troubles FROM imports_row r
JOIN imports_import i ON i.id = r.source_id
LEFT JOIN people_person p ON p.id = r.person_id AND p.workspace_id = i.workspace_id
WHERE i.workspace_id = %(workspace)s AND i.id = %(id)s AND r.place >= %(first)s
    AND r.place >= (i.plan ->> 'has_head')::boolean::int
    AND (%(outcome)s::text IS NULL OR r.outcome = %(outcome)s)
    AND (NOT %(troubled)s OR r.troubles <> '[]')
ORDER BY r.place LIMIT %(limit)s
"""


@dataclass(frozen=True)
class ImportRow:
    """A table of people: what was last done with it (``stage``), how far that is, and what became of its rows.

    ``tally`` counts rows by outcome; while it is only checked, by what would become of them. ``head`` is the
    first row as it stands in the file. ``can_undo`` until 30 days after it was imported.
    """

    id: ImportId
    name: str
    encoding: str
    delimiter: str
    head: Sequence[str]
    plan: Plan
    stage: Stage
    state: JobState
    total: int
    done: int
    tally: Mapping[str, int]
    opened_by: Label
    opened_at: datetime
    imported_at: datetime | None

    def can_undo(self, now: datetime) -> bool:
        """Whether it can be undone now."""
        over = self.stage is Stage.UNDO and self.state is JobState.DONE
        if self.stage not in {Stage.IMPORT, Stage.UNDO} or self.state is JobState.RUNNING or over:
            return False
        return (self.imported_at or self.opened_at) >= now - timedelta(days=KEPT_DAYS)


@dataclass(frozen=True)
class TroubleRow:
    """What is wrong with a row: in which column (its heading; empty: the row itself), a code, and why in words."""

    column: str
    code: str
    why: str


@dataclass(frozen=True)
class ReportRow:
    """A row, by its line in the file: what it says (nothing, once it is in), and what became of it."""

    line: int
    cells: Sequence[str]
    outcome: Outcome
    person_id: PersonId | None
    person_name: str
    troubles: Sequence[TroubleRow]


_made = row_maker(ImportRow)


@query("import.list", needs=IMPORT)
def imports(*, actor: Actor) -> Sequence[ImportRow]:
    """Return the latest 50 tables of people, newest first."""
    mine = Import.objects.filter(workspace_id=actor.workspace_id).order_by("-pk")[:_MOST]
    return [_seen_by(actor, row) for row in _rows(mine)]


@query("import.get", needs=IMPORT)
def one(*, actor: Actor, import_id: ImportId) -> ImportRow:
    """Return one table of people. Raises Refused: ``import.missing``."""
    found = _rows(Import.objects.filter(workspace_id=actor.workspace_id, pk=import_id))
    if not found:
        raise missing()
    return _seen_by(actor, found[0])


@query("import.rows", needs=IMPORT)
def report(
    *, actor: Actor, import_id: ImportId, outcome: Outcome | None = None, cursor: str | None = None,
    limit: Limit = 50,
) -> Page[ReportRow]:  # fmt: skip
    """Return rows of a table (of one outcome, or all) in their order, with everything that is wrong with each.

    Raises Refused: ``import.missing``, ``cursor.invalid``.
    """
    [first] = read_cursor(cursor, 1) if cursor is not None else [0]
    of = one(actor=actor, import_id=import_id)
    found = _found(actor, import_id, outcome, first, limit + 1)
    places = {row[1]: row[0] for row in found}
    told = [_told(actor, of, row) for row in found]
    return page(told, limit, lambda row: (places[row.line] + 1,))


def failures(*, actor: Actor, import_id: int) -> Iterator[ReportRow]:
    """Return every row with something to tell: of one workspace, as many as there are."""
    of = one(actor=actor, import_id=import_id)
    found = _found(actor, import_id, None, 0, _NEWEST, is_troubled=True)
    return (_told(actor, of, row) for row in found)


def _found(
    actor: Actor, import_id: int, outcome: Outcome | None, first: int, limit: int, *,
    is_troubled: bool = False,
) -> list[tuple[Any, ...]]:  # fmt: skip
    asked = {
        "workspace": actor.workspace_id, "id": import_id, "first": first, "limit": limit,
        "outcome": outcome.value if outcome else None, "troubled": is_troubled,
    }  # fmt: skip
    return rows(_ROWS, asked)


def _told(actor: Actor, of: ImportRow, row: tuple[Any, ...]) -> ReportRow:
    _place, line, cells, outcome, person_id, name, troubles = row
    cells = cells if _sees_cells(actor, of) else []
    told = [
        TroubleRow(_heading(of.head, t["column"]), t["code"], sentence_of(t["code"], t["line"]))
        for t in troubles
    ]
    return ReportRow(line, cells, Outcome(outcome), person_id, name, told)


def _sees_cells(actor: Actor, row: ImportRow) -> bool:
    """Addresses stand in them: whoever sees those masked sees the cells of their own tables only."""
    return actor.may(CONTACT) or row.opened_by == actor.label


def _seen_by(actor: Actor, row: ImportRow) -> ImportRow:
    """Without names of its columns, a table's first row is somebody's."""
    if row.plan.has_head or _sees_cells(actor, row):
        return row
    return replace(row, head=[""] * len(row.head))


def _heading(head: Sequence[str], column: int) -> str:
    if column < 0:
        return ""
    name = head[column] if column < len(head) else ""
    return name or _("Column %(number)s") % {"number": column + 1}


def _rows(found: "QuerySet[Import]") -> list[ImportRow]:
    columns = (
        "pk", "name", "encoding", "delimiter", "head", "plan", "stage", "state", "total", "done", "tally",
        "opened_by", "opened_at", "imported_at",
    )  # fmt: skip
    return [
        _made((*row[:5], _PLAN.validate_python(row[5]), Stage(row[6]), JobState(row[7]), *row[8:]))
        for row in found.values_list(*columns)
    ]
