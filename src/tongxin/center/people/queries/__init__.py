"""Questions about people."""

from tongxin.center.people.queries.consents import ConsentRow, allowed, consents
from tongxin.center.people.queries.duplicates import (
    Comparison,
    DuplicateRow,
    MergeRow,
    compare,
    duplicates,
    merges,
)
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
    address_seen_by,
    identities,
    is_retired,
    names,
    people,
    people_at,
    person,
)

__all__ = [
    "BelongsTo",
    "Comparison",
    "ConsentRow",
    "DuplicateRow",
    "IdentityRow",
    "MergeRow",
    "OrganizationRow",
    "PersonRow",
    "PersonTagRow",
    "address_seen_by",
    "allowed",
    "compare",
    "consents",
    "duplicates",
    "identities",
    "is_retired",
    "merges",
    "names",
    "organization",
    "organizations",
    "people",
    "people_at",
    "person",
    "person_tags",
]
