"""Make messages findable."""

from collections.abc import Sequence

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import tokens

_TEXTS = "SELECT id, workspace_id, text FROM conversations_message WHERE id = ANY(%s)"
_INSERT = """
INSERT INTO conversations_messageindex (message_id, workspace_id, tokens)
SELECT message_id, workspace_id, array_to_tsvector(string_to_array(tokens, ' '))
FROM json_to_recordset(%s) AS said (message_id bigint, workspace_id bigint, tokens text)
ON CONFLICT (message_id) DO NOTHING
"""


def workspace_token(workspace_id: int) -> str:
    """The lexeme that every message of a workspace carries, so that search stays in its world."""
    return f"@{workspace_id}"


def index(*, message_ids: Sequence[int]) -> None:
    """Put messages into the search index; those that are there already stay as they are."""
    said = table(
        {
            "message_id": pk,
            "workspace_id": workspace_id,
            "tokens": " ".join(
                (workspace_token(workspace_id), *tokens(text))
            ),  # half of an array's cost
        }
        for pk, workspace_id, text in rows(_TEXTS, [list(message_ids)])
    )
    rows(_INSERT, [said])
