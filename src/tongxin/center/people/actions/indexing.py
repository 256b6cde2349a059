"""Make people findable."""

from collections.abc import Collection

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import tokens
from tongxin.center.people.values import UNREADABLE

_TEXTS = """
SELECT p.id, p.workspace_id, p.name, ARRAY(
    SELECT i.value FROM people_identity i WHERE i.person_id = p.id AND i.kind <> ALL(%s::text[])
)
FROM people_person p WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id
"""
_WRITE = """
INSERT INTO people_personindex (person_id, workspace_id, tokens)
SELECT person_id, workspace_id, array_to_tsvector(tokens)
FROM json_to_recordset(%s) AS known (person_id bigint, workspace_id bigint, tokens text[])
ON CONFLICT (person_id) DO UPDATE SET tokens = excluded.tokens
"""


def workspace_token(workspace_id: int) -> str:
    """The lexeme that everybody of a workspace carries, so that search stays in its world."""
    return f"@{workspace_id}"


def index(*, person_ids: Collection[int]) -> None:
    """Let people be found by the names and addresses they have now."""
    known = table(
        {
            "person_id": pk,
            "workspace_id": workspace_id,
            "tokens": [workspace_token(workspace_id), *tokens(" ".join([name, *addresses]))],
        }
        for pk, workspace_id, name, addresses in rows(_TEXTS, [list(UNREADABLE), list(person_ids)])
    )
    rows(_WRITE, [known])
