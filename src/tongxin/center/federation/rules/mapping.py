"""Which role somebody's groups stand for, and whose e-mail is believed. Pure."""

from collections.abc import Collection, Sequence

from tongxin.center.accounts.values import Role
from tongxin.center.federation.values import Mapped

Given = Role | int


def role_for(
    *, groups: Collection[str], mapped: Sequence[Mapped], otherwise: Given | None, held: Given | None
) -> Given | None:  # fmt: skip
    """Return the role of somebody in these groups, who has had ``held``; None where they are refused.

    The first that fits wins, to the letter. Where nothing is mapped, a member keeps what they have.
    """
    if not mapped and held is not None:
        return held
    return next((one.role for one in mapped if one.group in groups), otherwise)


def is_believed(*, email: str, is_verified: bool | None, domains: Collection[str]) -> bool:
    """Whether an e-mail is theirs who came: the provider says so, or says nothing and may be trusted with it."""
    is_told = domain_of(email) in domains if is_verified is None else is_verified
    return email.isascii() and bool(email) and is_told  # other letters may fold into these


def domain_of(email: str) -> str:
    """Return what stands behind the last ``@``, in lower case."""
    return email.rpartition("@")[2].strip().lower()


def role_text(role: Given | None) -> str:
    """Return how a role is kept: ours by name, the workspace's own by its number; empty for none."""
    if role is None:
        return ""
    return role.value if isinstance(role, Role) else str(role)


def role_of(text: str) -> Given | None:
    """Return what ``role_text`` wrote."""
    return int(text) if text.isdecimal() else Role(text) if text else None
