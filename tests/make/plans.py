"""What PostgreSQL makes of our statements, over more conversations than a test would begin one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tongxin.center.kit.sql import rows

_FILL = """
INSERT INTO conversations_conversation (workspace_id, number, inbox_id, person_id, endpoint_id, subject,
  status, is_snoozed, woke, wants_human, unanswered, opened_at, last_message_id, last_at, last_text,
  last_kind, person_got_id, person_seen_id, member_seen_id)
SELECT workspace_id, number + 1000 + n, inbox_id, person_id, endpoint_id, '', 'resolved', false, '', false, 0,
  opened_at - n * interval '1 min', 0, last_at - n * interval '1 min', 'x', 'in', 0, 0, 0
FROM conversations_conversation, generate_series(1, %s) n WHERE id = %s
"""


def settled(like: int, many: int) -> None:
    """Fill a workspace with settled conversations, each a minute older than the one before."""
    rows(_FILL, [many, like])


@contextmanager
def explained() -> Iterator[list[str]]:
    """Gather the plan of each statement that is made in here."""
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("EXPLAIN"):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}", params)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plans
