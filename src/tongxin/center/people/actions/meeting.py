"""Meet people, recognize them again, and keep claims apart from proofs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.emails import is_email
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean
from tongxin.center.kit.turns import number_of, take_turns
from tongxin.center.people.actions.merging import merge_verified
from tongxin.center.people.events import IdentityClaimed, IdentityVerified, PersonMet
from tongxin.center.people.models import Identity, Person
from tongxin.center.people.values import (
    EMAIL,
    EXTERNAL,
    LONGEST_KIND,
    LONGEST_VALUE,
    RETIRED,
    Address,
    Recognized,
)
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

Spot = tuple[int, Address]  # (workspace_id, address)
Key = tuple[int, str, str]  # (workspace_id, kind, value)
TURN = "people.meet"

_KNOWN = """
SELECT i.workspace_id, i.kind, i.value, COALESCE(root.id, p.id), i.id,
    COALESCE(root.is_blocked, p.blocked_at IS NOT NULL)
FROM people_identity i
JOIN json_to_recordset(%s) AS spot (workspace_id bigint, kind text, value text)
USING (workspace_id, kind, value)
JOIN people_person p ON p.id = i.person_id
LEFT JOIN LATERAL (
    -- an address that could not go along, because the one who stays had it already, still leads there
    WITH RECURSIVE chain AS (
        SELECT p.merged_into_id AS id WHERE p.merged_into_id IS NOT NULL
        UNION ALL
        SELECT q.merged_into_id FROM people_person q JOIN chain ON q.id = chain.id
        WHERE q.merged_into_id IS NOT NULL
    )
    SELECT q.id, q.blocked_at IS NOT NULL AS is_blocked
    FROM chain JOIN people_person q ON q.id = chain.id WHERE q.merged_into_id IS NULL
) root ON true
WHERE i.verified_at IS NOT NULL
"""
# Whom nobody knows, is met by one only: first their turns are taken, in one order. Whoever held one before us may
# have met them since we looked.
_MEET = """
WITH spot AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(spots)s)
        AS spot (workspace_id bigint, kind text, value text, name text, turn bigint)
), held AS MATERIALIZED (
    SELECT count(pg_advisory_xact_lock(turn)) FROM (SELECT turn FROM spot ORDER BY turn) ordered
), newcomer AS MATERIALIZED (
    SELECT nextval('people_person_id_seq') AS person_id, spot.* FROM spot CROSS JOIN held
), identity AS (
    INSERT INTO people_identity (workspace_id, person_id, kind, value, verified_at, proof, known_since)
    SELECT workspace_id, person_id, kind, value, %(now)s, %(proof)s, %(now)s FROM newcomer
    ON CONFLICT (workspace_id, kind, value) WHERE verified_at IS NOT NULL DO NOTHING
    RETURNING workspace_id, kind, value, person_id, id
), person AS (
    INSERT INTO people_person (id, workspace_id, name, language, met_at) OVERRIDING SYSTEM VALUE
    SELECT n.person_id, n.workspace_id, n.name, '', %(now)s FROM newcomer n JOIN identity USING (person_id)
)
SELECT * FROM identity
"""


@transaction.atomic(savepoint=False)  # turns last as long as the transaction
def recognize(*, spots: Collection[Spot], proof: str, now: datetime) -> Mapping[Key, Recognized]:
    """Find the person behind each address that a channel heard from, meeting newcomers as needed.

    Keys of the answer are (workspace_id, kind, value). One statement, and three where there are newcomers,
    however many. Raises Refused: ``address.invalid``.
    """
    for _workspace_id, address in spots:
        _check_address(address)
    wanted = {_key(workspace_id, address): address for workspace_id, address in spots}
    known = known_by(wanted)
    newcomers = sorted(wanted.keys() - known.keys())
    known |= _meet([(key, wanted[key]) for key in newcomers], proof, now)
    beaten = [key for key in newcomers if key not in known]
    return {**known, **known_by(beaten)} if beaten else known


@transaction.atomic
def claim_email(*, workspace_id: int, person_id: int, email: str, now: datetime) -> int:
    """Note an e-mail address that a person says is theirs; returns the identity's id.

    Raises Refused: ``identity.email`` where the address is none, or longer than 254 characters.
    """
    email = clean(email).strip().lower()
    if not is_email(email):
        raise Refused("identity.email", _("This is not an e-mail address."))
    identity, is_new = Identity.objects.get_or_create(
        workspace_id=workspace_id, person_id=person_id, kind=EMAIL, value=email,
        defaults={"known_since": now, "proof": "claimed"},
    )  # fmt: skip
    if is_new:
        columns = about(workspace_id, f"person:{person_id}", "person", person_id, now, person_id)
        record([IdentityClaimed(**columns, identity_id=identity.pk, identity_kind=EMAIL)])
    return identity.pk


@transaction.atomic
def verify(
    *,
    workspace_id: int,
    subject: str,
    name: str,
    visitor: Address | None,
    proof: str,
    now: datetime,
) -> Recognized:
    """Recognize the account ``subject`` that the company's server signed for.

    A visitor who was anonymous until now turns out to be this person: their record is merged, unless
    it already belongs to another account (a shared computer). Their old address is retired, so that
    it opens nothing afterwards.
    """
    account = Address(EXTERNAL, subject, name)
    key = (workspace_id, EXTERNAL, subject)
    take_turns(TURN, [key, *([_key(workspace_id, visitor)] if visitor else [])])
    anonymous = _anonymous(workspace_id, visitor)
    known = known_by([key]).get(key)
    if known is None:
        known = _adopt(anonymous, account, proof, now) if anonymous else None
    elif anonymous is not None and anonymous.person_id != known.person_id:
        merge_verified(anonymous.person_id, known.person_id, workspace_id, now)
    if anonymous is not None:
        _retire(anonymous, now)
    if known is None:
        known = _meet([(key, account)], proof, now)[key]
    if name:
        Person.objects.filter(pk=known.person_id, name="").update(name=name[:120])
    return known


def fits(address: Address) -> bool:
    """Whether it can be written down as an address."""
    is_short = 0 < len(address.kind) <= LONGEST_KIND and 0 < len(address.value) <= LONGEST_VALUE
    return is_short and address.value == clean(address.value)


def _check_address(address: Address) -> None:
    if not fits(address):
        raise Refused("address.invalid", _("An address needs a kind and a value."))


def known_by(keys: Collection[Key]) -> dict[Key, Recognized]:
    """Return who is known by these proved addresses (workspace, kind, value); the one who stays, if merged."""
    asked = table({"workspace_id": w, "kind": kind, "value": value} for w, kind, value in keys)
    return {
        (workspace_id, kind, value): Recognized(
            person_id, identity_id, is_new=False, is_blocked=is_blocked
        )
        for workspace_id, kind, value, person_id, identity_id, is_blocked in rows(_KNOWN, [asked])
    }


def _meet(
    newcomers: Sequence[tuple[Key, Address]], proof: str, now: datetime
) -> dict[Key, Recognized]:
    """Meet those whom nobody else met meanwhile."""
    if not newcomers:
        return {}
    meeting = table(
        {
            "workspace_id": key[0], "kind": key[1], "value": key[2],
            "name": clean(address.name)[:120], "turn": number_of(TURN, key),
        }
        for key, address in newcomers
    )  # fmt: skip
    met = {
        (workspace_id, kind, value): Recognized(person_id, identity_id, is_new=True)
        for workspace_id, kind, value, person_id, identity_id in rows(
            _MEET, {"spots": meeting, "now": now, "proof": proof}
        )
    }
    record(
        PersonMet(
            **about(key[0], f"person:{who.person_id}", "person", who.person_id, now, who.person_id),
            identity_kind=key[1],
        )
        for key, who in met.items()
    )
    return met


def _key(workspace_id: int, address: Address) -> Key:
    return workspace_id, address.kind, address.value


def _anonymous(workspace_id: int, visitor: Address | None) -> Identity | None:
    """Return the visitor's identity if its person is nobody's account yet."""
    if visitor is None:
        return None
    identity = Identity.objects.filter(
        workspace_id=workspace_id, kind=visitor.kind, value=visitor.value, verified_at__isnull=False
    ).first()
    if identity is None:
        return None
    accounts = Identity.objects.filter(person_id=identity.person_id, kind=EXTERNAL)
    return None if accounts.exists() else identity


def _adopt(anonymous: Identity, account: Address, proof: str, now: datetime) -> Recognized:
    """The anonymous person is the first we see of this account."""
    identity = Identity.objects.create(
        workspace_id=anonymous.workspace_id, person_id=anonymous.person_id, kind=EXTERNAL,
        value=account.value, verified_at=now, proof=proof, known_since=now,
    )  # fmt: skip
    person_id = anonymous.person_id
    columns = about(anonymous.workspace_id, "house:0", "person", person_id, now, person_id)
    record(
        [IdentityVerified(**columns, identity_id=identity.pk, identity_kind=EXTERNAL, proof=proof)]
    )
    return Recognized(person_id, identity.pk, is_new=False)


def _retire(identity: Identity, now: datetime) -> None:
    """Let an address open nothing any more, at once and in every process."""
    Identity.objects.filter(pk=identity.pk).update(retired_at=now)
    told = {"t": RETIRED, "w": identity.workspace_id, "k": identity.kind, "v": identity.value}
    tell(LIVE, [told])
