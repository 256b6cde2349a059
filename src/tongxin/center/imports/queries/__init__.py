"""Questions about people from files."""

from tongxin.center.imports.queries.reports import (
    ImportRow,
    ReportRow,
    failures,
    imports,
    one,
    report,
)

__all__ = ["ImportRow", "ReportRow", "failures", "imports", "one", "report"]
