"""Questions about views and jobs."""

from tongxin.service.views.queries.copies import CopyRow
from tongxin.service.views.queries.jobs import (
    JobRow,
    ProblemPage,
    ProblemRow,
    job,
    jobs,
    problems,
)
from tongxin.service.views.queries.picking import total_of
from tongxin.service.views.queries.shelf import (
    Shelf,
    ViewRow,
    counts,
    number_in,
    picked_by,
    saved_view,
    saved_views,
    shelf,
    view_rows,
)

__all__ = [
    "CopyRow",
    "JobRow",
    "ProblemPage",
    "ProblemRow",
    "Shelf",
    "ViewRow",
    "counts",
    "job",
    "jobs",
    "number_in",
    "picked_by",
    "problems",
    "saved_view",
    "saved_views",
    "shelf",
    "total_of",
    "view_rows",
]
