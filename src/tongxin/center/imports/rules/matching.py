"""Whom a row means, and what happens to it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tongxin.center.imports.values import By, Known, Outcome, Plan, Trouble

Address = tuple[str, str]  # (kind, value)


@dataclass(frozen=True)
class Owner:
    """The row of the same table that first spoke of an address: where it stands, and its account."""

    place: int
    line: int
    account: str


@dataclass(frozen=True)
class House:
    """Who has which address here: people by address, proved ones apart; and the accounts of each."""

    proved: Mapping[Address, Collection[int]] = field(default_factory=dict)
    claimed: Mapping[Address, Collection[int]] = field(default_factory=dict)
    accounts: Mapping[int, Collection[str]] = field(default_factory=dict)

    @property
    def people(self) -> set[int]:
        """Everybody who has one of them."""
        return {pk for known in (self.proved, self.claimed) for ids in known.values() for pk in ids}


@dataclass(frozen=True)
class Fate:
    """What happens to a row: whom it means, or why it is refused."""

    outcome: Outcome
    person_id: int | None = None
    troubles: Sequence[Trouble] = ()


def keys_of(addresses: Sequence[Address], by: Collection[By]) -> list[Address]:
    """Return the addresses that somebody is found by, the surest first."""
    return [one for kind in By if kind in by for one in addresses if one[0] == kind]


def account_of(addresses: Sequence[Address]) -> str:
    return next((value for kind, value in addresses if kind == By.EXTERNAL), "")


def twin_of(
    place: int, addresses: Sequence[Address], by: Collection[By], owners: Mapping[Address, Owner]
) -> int:
    """Return the line of an earlier row about the same person, or 0. Two accounts are two people."""
    account = account_of(addresses)
    for key in keys_of(addresses, by):
        owner = owners.get(key)
        if owner is None or owner.place >= place:
            continue
        if not (account and owner.account and account != owner.account):
            return owner.line
    return 0


def fate_of(addresses: Sequence[Address], plan: Plan, house: House) -> Fate:
    """Decide about a row that can be read and stands for itself."""
    found = _found(addresses, plan.by, house)
    if not found or plan.known is Known.ADD:
        return Fate(Outcome.MADE)
    if plan.known is Known.SKIP:
        return Fate(Outcome.SKIPPED, min(found))
    if len(found) > 1:
        return Fate(Outcome.FAILED, None, [Trouble(-1, "row.ambiguous")])
    return Fate(Outcome.UPDATED, min(found))


def _found(addresses: Sequence[Address], by: Collection[By], house: House) -> set[int]:
    """Return who has the surest of the addresses; a proof counts more than a claim."""
    account = account_of(addresses)
    for kind in By:
        keys = [one for one in keys_of(addresses, by) if one[0] == kind]
        for known in (house.proved, house.claimed):
            people = {pk for key in keys for pk in known.get(key, ())}
            if same := {pk for pk in people if _may_be(account, house.accounts.get(pk, ()))}:
                return same
    return set()


def _may_be(account: str, theirs: Collection[str]) -> bool:
    """Whoever has another account is somebody else, whatever else they share."""
    return not account or not theirs or account in theirs
