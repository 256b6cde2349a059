"""Questions about people."""

from tongxin.center.people.queries.consents import ConsentRow, allowed, consents
from tongxin.center.people.queries.organizations import (
    OrganizationRow,
    organization,
    organizations,
)
from tongxin.center.people.queries.tags import PersonTagRow, person_tags
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
    "ConsentRow",
    "IdentityRow",
    "OrganizationRow",
    "PersonRow",
    "PersonTagRow",
    "allowed",
    "consents",
    "identities",
    "is_retired",
    "names",
    "organization",
    "organizations",
    "people",
    "person",
    "person_tags",
]
