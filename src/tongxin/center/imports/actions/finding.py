"""Find whom rows mean: in the table itself, and in the house."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from tongxin.center.imports.rules.matching import Address, House, Owner, account_of, keys_of
from tongxin.center.imports.values import By
from tongxin.center.kit.sql import rows, table

_TAKE = """
INSERT INTO imports_key (source_id, key, place, line, account)
SELECT DISTINCT ON (w.key) %(source)s::bigint, w.key, w.place, w.line, w.account
FROM json_to_recordset(%(keys)s) AS w (key text, place int, line int, account text) ORDER BY w.key, w.place
ON CONFLICT (source_id, key) DO NOTHING
"""
_OWNERS = """
SELECT key, place, line, account FROM imports_key WHERE source_id = %s AND key = ANY(%s::text[])
"""
_HERE = """
SELECT DISTINCT i.kind, i.value, COALESCE(root.id, p.id), i.verified_at IS NOT NULL
FROM json_to_recordset(%s) AS w (kind text, value text)
JOIN people_identity i ON i.workspace_id = %s AND i.kind = w.kind AND i.value = w.value
    AND i.kind IN ('email', 'phone', 'external') AND i.retired_at IS NULL
JOIN people_person p ON p.id = i.person_id
LEFT JOIN LATERAL (
    WITH RECURSIVE chain AS (
        SELECT p.merged_into_id AS id WHERE p.merged_into_id IS NOT NULL
        UNION ALL
        SELECT q.merged_into_id FROM people_person q JOIN chain ON q.id = chain.id
        WHERE q.merged_into_id IS NOT NULL
    )
    SELECT q.id FROM chain JOIN people_person q ON q.id = chain.id WHERE q.merged_into_id IS NULL
) root ON true
"""
_ACCOUNTS = """
SELECT person_id, value FROM people_identity
WHERE person_id = ANY(%s::bigint[]) AND kind = 'external' AND retired_at IS NULL
"""
_BEFORE = """
SELECT person_id, min(line) FROM imports_row
WHERE source_id = %s AND place < %s AND person_id = ANY(%s::bigint[])
    AND outcome IN ('made', 'updated', 'same') GROUP BY person_id
"""


def owners_of(
    import_id: int, good: Iterable[tuple[int, int, Sequence[Address]]], by: Collection[By]
) -> Mapping[Address, Owner]:
    """Note which row (place, line, addresses) speaks of which address first; return who does. Two statements."""
    names = {
        (_key(key), key): (place, line, account_of(addresses))
        for place, line, addresses in reversed(list(good))
        for key in keys_of(addresses, by)
    }
    given = table(
        {"key": name, "place": place, "line": line, "account": account}
        for (name, _address), (place, line, account) in names.items()
    )
    rows(_TAKE, {"source": import_id, "keys": given})
    found = rows(_OWNERS, [import_id, [name for name, _address in names]])
    by_name = {name: Owner(place, line, account) for name, place, line, account in found}
    return {address: by_name[name] for name, address in names}


def those_here(workspace_id: int, addresses: Collection[Address]) -> House:
    """Return who has these addresses, proved or claimed. Two statements."""
    asked = table({"kind": kind, "value": value} for kind, value in sorted(addresses))
    proved: dict[Address, set[int]] = {}
    claimed: dict[Address, set[int]] = {}
    for kind, value, person_id, is_proved in rows(_HERE, [asked, workspace_id]):
        (proved if is_proved else claimed).setdefault((kind, value), set()).add(person_id)
    accounts: dict[int, set[str]] = {}
    for person_id, value in rows(_ACCOUNTS, [sorted(House(proved, claimed).people)]):
        accounts.setdefault(person_id, set()).add(value)
    return House(proved, claimed, accounts)


def told_before(import_id: int, place: int, person_ids: Collection[int]) -> dict[int, int]:
    """Return those of these people whom earlier rows of the table mean, and the line of each."""
    return dict(rows(_BEFORE, [import_id, place, sorted(person_ids)]))


def _key(address: Address) -> str:
    return f"{address[0]}:{address[1]}"
