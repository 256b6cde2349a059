"""Tables to take away: CSV that spreadsheets open as it is, and Parquet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Sequence[str], table: Iterable[Sequence[object]]) -> str:
    """Return a table with its head; what looks like a formula is none."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in table:
        writer.writerow([_tame(cell) for cell in row])
    return "\ufeff" + file.getvalue()


def as_parquet(columns: Sequence[str], table: Sequence[Sequence[Any]]) -> bytes:
    """Return a table as Parquet; the kinds of its columns are those of their values."""
    import pyarrow as pa  # noqa: PLC0415 - large, and seldom wanted
    from pyarrow import parquet  # noqa: PLC0415

    cells = list(zip(*table, strict=True)) or [()] * len(columns)
    made = pa.table({name: list(column) for name, column in zip(columns, cells, strict=True)})
    file = io.BytesIO()
    parquet.write_table(made, file)
    return file.getvalue()


def attached(content: str | bytes, name: str, kind: str) -> HttpResponse:
    """Return something as a file to save."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tame(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
