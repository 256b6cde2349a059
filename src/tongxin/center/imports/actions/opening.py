"""Take a table, and throw it away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import Field, TypeAdapter

from tongxin.center.attributes.queries import attributes
from tongxin.center.attributes.values import Thing
from tongxin.center.imports.events import ImportDiscarded, ImportOpened
from tongxin.center.imports.models import Import, Row
from tongxin.center.imports.rules.guessing import guessed
from tongxin.center.imports.rules.tables import Table, Unreadable, read
from tongxin.center.imports.values import IMPORT, KEPT_DAYS, MOST_OPEN, Plan, Stage
from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import FileId, ImportId
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

PLAN = TypeAdapter(Plan)
_SAMPLE, _AT_ONCE, _LONGEST_NAME = 20, 5000, 120
_DRAFT_KEPT = timedelta(days=2)
_KEEP = """
INSERT INTO imports_row (source_id, place, line, cells, outcome, troubles)
SELECT %s, w.place, w.line, w.cells, 'waiting', '[]'
FROM json_to_recordset(%s) AS w (place int, line int, cells text[])
"""


@action("import.open", needs=IMPORT)
def open_table(
    *, actor: Actor, name: str = "", text: Annotated[str, Field(max_length=2_000_000)] = "",
    file_id: FileId | None = None, now: datetime,
) -> ImportId:  # fmt: skip
    """Take a table of people: CSV as text, or a file that was uploaded before; nothing is done with it yet.

    UTF-8, UTF-16 and GB18030; commas, semicolons or tabs; at most 50,000 rows and 200 columns. The file
    itself is kept no longer. What the columns mean is guessed, to be changed with ``import.check``.

    Raises Refused: ``import.empty``, ``import.not_text``, ``import.encoding``, ``import.unreadable``,
    ``import.columns``, ``import.rows``, ``import.too_many`` (20 that are not through), ``file.unknown``.
    """
    content = text.encode()
    if file_id is not None:
        name_of_it, content = files.take_out(
            workspace_id=actor.workspace_id, file_id=file_id, uploader=actor.label
        )
        name = name or name_of_it
    return take_table(actor=actor, name=name, content=content, now=now)


@transaction.atomic
def take_table(*, actor: Actor, name: str, content: bytes, now: datetime) -> int:
    """Take a table from its bytes, for doors that have them at hand; refuses as ``import.open`` does."""
    check(actor, IMPORT)
    found = _read(content)
    _check_room(actor)
    known = {row.key: row.name for row in attributes(actor=actor, thing=Thing.PERSON)}
    head, sample = list(found.rows[0][1]), [cells for _line, cells in found.rows[1:_SAMPLE]]
    has_head, columns = guessed(head, sample, known)
    made = Import.objects.create(
        workspace_id=actor.workspace_id, name=_name(name), encoding=found.encoding,
        delimiter=found.delimiter, head=head, rows=len(found.rows),
        total=len(found.rows) - has_head, plan=PLAN.dump_python(Plan(columns, has_head), mode="json"),
        state=JobState.DONE, opened_by=actor.label, opened_at=now, begun_by=actor.label, begun_at=now,
        touched_at=now,
    )  # fmt: skip
    _keep(made.pk, found)
    told = about(actor.workspace_id, actor.label, "import", made.pk, now)
    record([ImportOpened(**told, import_id=made.pk, name=made.name, rows=made.total)])
    return made.pk


@action("import.discard", needs=IMPORT)
def discard(*, actor: Actor, import_ids: Sequence[ImportId], now: datetime) -> int:
    """Throw tables away, with all we kept of them; returns how many. Whom they brought in stays, for good.

    One that is being gone through is not thrown away: cancel it first.
    """
    mine = Import.objects.filter(workspace_id=actor.workspace_id, pk__in=import_ids)
    going = list(mine.exclude(state=JobState.RUNNING).select_for_update().order_by("pk"))
    Import.objects.filter(pk__in=[one.pk for one in going]).delete()
    record(
        ImportDiscarded(
            **about(actor.workspace_id, actor.label, "import", pk, now), import_id=pk, name=name
        )
        for pk, name in [(one.pk, one.name) for one in going]
    )
    return len(going)


def forget(*, now: datetime) -> int:
    """Forget tables that nobody went on with, and the rows of imports that can no longer be undone."""
    idle = Import.objects.exclude(state=JobState.RUNNING)
    drafts = idle.filter(stage__in=[Stage.OPENED, Stage.CHECK], touched_at__lt=now - _DRAFT_KEPT)
    gone = drafts.delete()[0]
    old = idle.exclude(stage__in=[Stage.OPENED, Stage.CHECK]).filter(
        touched_at__lt=now - timedelta(days=KEPT_DAYS)
    )
    return gone + Row.objects.filter(source__in=old).delete()[0]


def _read(content: bytes) -> Table:
    if len(content) > files.LARGEST:
        raise Refused("file.too_large", _("Files may have at most 20 MB."), Reason.TOO_LARGE)
    try:
        return read(content)
    except Unreadable as why:
        raise Refused(str(why), _said(str(why))) from None


def _said(code: str) -> str:
    return {
        "import.empty": _("There is nothing in it."),
        "import.not_text": _("This is no text. Save the table as CSV and try again."),
        "import.encoding": _("The text is in an encoding we do not know. Save it as UTF-8."),
        "import.unreadable": _("The table cannot be read: a quotation mark may be missing."),
        "import.columns": _("At most 200 columns."),
        "import.rows": _("At most 50,000 rows at once."),
    }[code]


def _check_room(actor: Actor) -> None:
    take_turns("imports.open", [actor.workspace_id])
    mine = Import.objects.filter(workspace_id=actor.workspace_id, imported_at=None)
    waiting = mine.exclude(stage__in=[Stage.IMPORT, Stage.UNDO], state=JobState.BROKEN)
    if waiting.count() >= MOST_OPEN:
        raise Refused(
            "import.too_many",
            _("There are 20 tables already that wait: discard some."),
            Reason.LIMITED,
        )


def _keep(import_id: int, found: Table) -> None:
    for start in range(0, len(found.rows), _AT_ONCE):
        part = found.rows[start : start + _AT_ONCE]
        given = table(
            {"place": start + n, "line": line, "cells": cells}
            for n, (line, cells) in enumerate(part)
        )
        rows(_KEEP, [import_id, given])


def _name(given: str) -> str:
    name = " ".join(given.split())[:_LONGEST_NAME]
    return name or _("Pasted table")
