"""People from a file: the list of imports, and each with its columns, rows and what became of them."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxin.center.accounts.queries import members
from tongxin.center.imports import actions, queries
from tongxin.center.imports.values import IMPORT, By, Known, Outcome, Plan, Stage
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.people.meanings import groups, headings
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import (
    attempt,
    form_key,
    made_before,
    make_once,
    number,
    tell,
    words_in,
)
from tongxin.faces.doors.pages import render
from tongxin.faces.doors.tables import as_csv, attached

_CSV = "text/csv; charset=utf-8"
_SHOWN, _SAMPLES = 50, 3


@require_http_methods(["GET", "POST"])
@members_only(IMPORT)
def page(request: HttpRequest) -> HttpResponse:
    """List tables that came in; take another."""
    return _take(request) if request.method == "POST" else _listed(request)


@require_GET
@members_only(IMPORT)
def one(request: HttpRequest, table: str) -> HttpResponse:
    """Show a table: what its columns mean, how far it is, and its rows."""
    return _shown(request, number("imp", table))


@require_POST
@members_only(IMPORT)
def check(request: HttpRequest, table: str) -> HttpResponse:
    """Say what the columns mean; look what would happen."""
    actor, import_id = seat_of(request).actor, number("imp", table)
    try:
        actions.check_plan(
            actor=actor, import_id=import_id, plan=_plan(request), now=timezone.now()
        )
    except Refused as refused:
        return _shown(request, import_id, 422, error=refused, plan=_plan(request))
    return redirect("desk:import", table)


@require_POST
@members_only(IMPORT)
def begin(request: HttpRequest, table: str) -> HttpResponse:
    """Take its people in."""
    actor, import_id = seat_of(request).actor, number("imp", table)
    try:
        actions.begin(actor=actor, import_id=import_id, now=timezone.now())
    except Refused as refused:
        tell(request, refused)
    return redirect("desk:import", table)


@require_POST
@members_only(IMPORT)
def cancel(request: HttpRequest, table: str) -> HttpResponse:
    """Go no further."""
    actor, ids = seat_of(request).actor, [number("imp", table)]
    attempt(
        request,
        lambda: actions.cancel(actor=actor, import_ids=ids, now=timezone.now()),
        _("Stopped."),
    )
    return redirect("desk:import", table)


@require_POST
@members_only(IMPORT)
def undo(request: HttpRequest, table: str) -> HttpResponse:
    """Take back what it did."""
    actor, import_id = seat_of(request).actor, number("imp", table)
    try:
        actions.undo(actor=actor, import_id=import_id, now=timezone.now())
    except Refused as refused:
        tell(request, refused)
    return redirect("desk:import", table)


@require_POST
@members_only(IMPORT)
def discard(request: HttpRequest, table: str) -> HttpResponse:
    """Throw the table away."""
    actor, ids = seat_of(request).actor, [number("imp", table)]
    act = lambda: actions.discard(actor=actor, import_ids=ids, now=timezone.now())  # noqa: E731
    attempt(request, act, _("The table is thrown away. Whom it brought in stays."))
    return redirect("desk:imports")


@require_GET
@members_only(IMPORT)
def failures(request: HttpRequest, table: str) -> HttpResponse:
    """Hand out the rows that something is wrong with, as a table that can be mended and brought again."""
    actor, import_id = seat_of(request).actor, number("imp", table)
    row = queries.one(actor=actor, import_id=import_id)
    width = len(row.head)
    head = [*(row.head if row.plan.has_head else [""] * width), _("Line"), _("Why")]
    lines = (
        [*_padded(one.cells, width), one.line, _why(one)]
        for one in queries.failures(actor=actor, import_id=import_id)
    )
    return attached(as_csv(head, lines), "errors.csv", _CSV)


@require_GET
@members_only(IMPORT)
def template(request: HttpRequest) -> HttpResponse:
    """Hand out an empty table whose columns are understood."""
    return attached(as_csv(headings(seat_of(request).actor), []), "people.csv", _CSV)


def outcomes(stage: Stage) -> Mapping[Outcome, str]:
    """Name what becomes of rows, or would."""
    would = {
        Outcome.MADE: _("To be added"),
        Outcome.UPDATED: _("To be filled in"),
        Outcome.SKIPPED: _("Left alone"),
        Outcome.FAILED: _("Cannot be taken"),
        Outcome.WAITING: _("Waiting"),
    }
    did = {
        Outcome.MADE: _("Added"),
        Outcome.UPDATED: _("Filled in"),
        Outcome.SAME: _("Nothing new"),
        Outcome.SKIPPED: _("Left alone"),
        Outcome.FAILED: _("Not taken"),
        Outcome.UNDONE: _("Undone"),
        Outcome.KEPT: _("Could not be undone"),
        Outcome.WAITING: _("Waiting"),
    }
    return did if stage in {Stage.IMPORT, Stage.UNDO} else would


def _take(request: HttpRequest) -> HttpResponse:
    actor, sent = seat_of(request).actor, request.FILES.get("file")
    text = request.POST.get("text", "")
    name, content = (sent.name or "", sent.read()) if sent else ("", text.encode())

    def make() -> str:
        made = actions.take_table(actor=actor, name=name, content=content, now=timezone.now())
        return public_id("imp", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _listed(request, 422, error=refused, text=text)
    if made is None:
        messages.info(request, made_before())
        return redirect("desk:imports")
    return redirect("desk:import", made)


def _listed(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    actor = seat_of(request).actor
    values = {
        "found": queries.imports(actor=actor),
        "outcomes": {stage: outcomes(stage) for stage in Stage},
        "members": _names(actor),
        "form_key": form_key(),
        **more,
    }
    return render(request, "desk/people/imports.html", values, status)


def _shown(
    request: HttpRequest,
    import_id: int,
    status: int = 200,
    error: Refused | None = None,
    plan: Plan | None = None,
) -> HttpResponse:
    actor = seat_of(request).actor
    row = queries.one(actor=actor, import_id=import_id)
    asked = request.GET.get("outcome", "")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    found = queries.report(
        actor=actor,
        import_id=import_id,
        outcome=outcome,
        cursor=request.GET.get("cursor"),
        limit=_SHOWN,
    )
    first = queries.report(actor=actor, import_id=import_id, limit=_SAMPLES)
    values = {
        "row": row,
        "plan": plan or row.plan,
        "found": found,
        "outcome": outcome,
        "samples": [_sample(first.items, place) for place in range(len(row.head))],
        "groups": groups(actor),
        "knowns": knowns(),
        "ways": bys(),
        "outcomes": outcomes(row.stage),
        "can_undo": row.can_undo(timezone.now()),
        "name_or_code": name_or_code,
        "error": error,
    }
    return render(request, "desk/people/import.html", values, status)


def knowns() -> Mapping[Known, str]:
    return {
        Known.UPDATE: _("Fill in what the table says of them"),
        Known.SKIP: _("Leave them alone"),
        Known.ADD: _("Add another beside them, proposed as a duplicate"),
    }


def bys() -> Mapping[By, str]:
    return {By.EXTERNAL: _("Account"), By.EMAIL: _("E-mail"), By.PHONE: _("Phone")}


def _plan(request: HttpRequest) -> Plan:
    given = request.POST
    known = given.get("known", "")
    return Plan(
        columns=tuple(meaning[:64] for meaning in given.getlist("column")),
        has_head="has_head" in given,
        known=Known(known) if known in set(Known) else Known.UPDATE,
        by=tuple(By(one) for one in By if one in given.getlist("by")),
        overwrite="overwrite" in given,
        proof=given.get("proof", "")[:300],
        tags=tuple(words_in(given.get("tags", ""))[:20]),
    )


def _sample(found: Sequence[queries.ReportRow], place: int) -> list[str]:
    said = [row.cells[place] for row in found if place < len(row.cells)]
    return [cell for cell in said if cell]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _why(row: queries.ReportRow) -> str:
    return "; ".join(f"{t.column}: {t.why}" if t.column else t.why for t in row.troubles)


def _names(actor: Actor) -> Mapping[str, str]:
    if not actor.may("member.read"):
        return {}
    return {f"member:{row.id}": row.name for row in members(actor=actor, with_removed=True)}
