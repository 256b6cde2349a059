"""Take a channel's word for other addresses of people: whoever is known by one of them already is the same."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions.meeting import TURN, Key, fits, known_by
from tongxin.center.people.actions.merging import merge_verified
from tongxin.center.people.events import IdentityVerified
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

_VERIFY = """
INSERT INTO people_identity (workspace_id, person_id, kind, value, verified_at, proof, known_since)
SELECT %(workspace)s, o.person_id, o.kind, o.value, %(now)s, %(proof)s, %(now)s
FROM json_to_recordset(%(own)s) AS o (person_id bigint, kind text, value text) ORDER BY o.kind, o.value
ON CONFLICT (person_id, kind, value) DO UPDATE SET verified_at = excluded.verified_at, proof = excluded.proof
    WHERE people_identity.verified_at IS NULL
RETURNING person_id, id, kind
"""
_ACCOUNTS = """
SELECT count(DISTINCT value) FROM people_identity WHERE person_id = ANY(%s::bigint[]) AND kind = %s
"""


@transaction.atomic
def vouch(
    *, workspace_id: int, vouched: Collection[tuple[int, Address]], proof: str, now: datetime
) -> int:
    """Note addresses (person, address) that a channel vouches for; returns how many were not known.

    Whoever was known by such an address already is the same person: the later record is merged into the
    earlier one, unless each has an account of its own at the company. What fits no address is passed over.
    """
    wanted: dict[Key, list[int]] = {}
    for person_id, address in vouched:
        if fits(address):
            wanted.setdefault((workspace_id, address.kind, address.value), []).append(person_id)
    if not wanted:
        return 0
    take_turns(TURN, wanted)
    known = {key: found.person_id for key, found in known_by(wanted).items()}
    fresh = {key: people[0] for key, people in wanted.items() if key not in known}
    made = _verify(workspace_id, fresh, proof, now)
    owners = known | fresh
    _unite(
        workspace_id, [(pk, owners[key]) for key, people in wanted.items() for pk in people], now
    )
    return made


def _verify(workspace_id: int, fresh: dict[Key, int], proof: str, now: datetime) -> int:
    own = table(
        {"person_id": pk, "kind": kind, "value": value} for (_w, kind, value), pk in fresh.items()
    )
    values = {"workspace": workspace_id, "own": own, "proof": proof[:120], "now": now}
    made = rows(_VERIFY, values) if fresh else []
    record(
        IdentityVerified(
            **about(workspace_id, f"person:{pk}", "person", pk, now, pk),
            identity_id=identity_id, identity_kind=kind, proof=proof,
        )
        for pk, identity_id, kind in made
    )  # fmt: skip
    return len(made)


def _unite(workspace_id: int, pairs: Iterable[tuple[int, int]], now: datetime) -> None:
    """Merge each pair, the later one into the earlier; what was merged in one is meant in the next."""
    led: dict[int, int] = {}
    for pair in pairs:
        one, other = (_root(led, pk) for pk in pair)
        if one != other and rows(_ACCOUNTS, [[one, other], EXTERNAL])[0][0] < 2:  # noqa: PLR2004 - one account each
            merge_verified(max(one, other), min(one, other), workspace_id, now)
            led[max(one, other)] = min(one, other)


def _root(led: dict[int, int], pk: int) -> int:
    while pk in led:
        pk = led[pk]
    return pk
