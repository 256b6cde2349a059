"""How a chain of facts is proved: in one statement, without anything of ours but the tables."""

import struct
from hashlib import sha256

# Whatever of a fact is evidence; its JSON is written by PostgreSQL in one canonical way.
CONTENT = """sha256(convert_to(jsonb_build_array(e.id, e.workspace_id, e.person_id, e.kind, e.subject,
    e.actor, e.data, extract(epoch FROM e.happened_at))::text, 'UTF8'))"""
VERIFY = f"""
WITH link AS (
    SELECT l.*, lag(l.digest) OVER place AS before, lag(l.number) OVER place AS previous
    FROM timeline_link l WHERE l.workspace_id = %(workspace)s WINDOW place AS (ORDER BY l.number)
), looked AS (
    SELECT link.number, link.removed_at, link.number <> COALESCE(link.previous, 0) + 1
        OR link.digest <> sha256(COALESCE(link.before, ''::bytea) || int8send(link.number)
                                 || int8send(link.event_id) || link.content)
        OR (link.removed_at IS NULL AND (e.id IS NULL OR link.content <> {CONTENT})) AS is_broken
    FROM link LEFT JOIN timeline_event e ON e.id = link.event_id
)
SELECT count(*), count(removed_at), min(number) FILTER (WHERE is_broken),
    (SELECT encode(digest, 'hex') FROM link ORDER BY number DESC LIMIT 1)
FROM looked
"""  # noqa: S608 - our own words


def seal(before: bytes, number: int, event_id: int, content: bytes) -> bytes:
    """Return the digest of a link."""
    return sha256(before + struct.pack(">qq", number, event_id) + content).digest()
