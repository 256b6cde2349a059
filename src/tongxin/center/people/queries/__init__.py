"""Questions about people."""

from tongxin.center.people.queries.organizations import (
    OrganizationRow,
    organization,
    organizations,
)
from tongxin.center.people.queries.who import (
    BelongsTo,
    IdentityRow,
    PersonRow,
    identities,
    is_retired,
    names,
    people,
    person,
)

__all__ = [
    "BelongsTo",
    "IdentityRow",
    "OrganizationRow",
    "PersonRow",
    "identities",
    "is_retired",
    "names",
    "organization",
    "organizations",
    "people",
    "person",
]
