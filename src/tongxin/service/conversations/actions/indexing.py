"""Make messages findable."""

from collections.abc import Sequence

from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import tokens
from tongxin.service.conversations.models import Message

_INSERT = """
INSERT INTO conversations_messageindex (message_id, workspace_id, tokens)
SELECT message_id, workspace_id, array_to_tsvector(tokens::text[])
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS said (message_id, workspace_id, tokens)
ON CONFLICT (message_id) DO NOTHING
"""


def workspace_token(workspace_id: int) -> str:
    """The lexeme that every message of a workspace carries, so that search stays in its world."""
    return f"@{workspace_id}"


def index(*, message_ids: Sequence[int]) -> None:
    """Put messages into the search index; those that are there already stay as they are."""
    found = Message.objects.filter(pk__in=message_ids).values_list("pk", "workspace_id", "text")
    said = [(pk, workspace_id, [workspace_token(workspace_id), *tokens(text)]) for pk, workspace_id, text in found]
    columns = [
        [pk for pk, _, _ in said],
        [workspace_id for _, workspace_id, _ in said],
        ["{" + ",".join(f'"{token}"' for token in found_tokens) + "}" for _, _, found_tokens in said],
    ]
    rows(_INSERT, columns)
