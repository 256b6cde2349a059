"""Organizations and what belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.attributes.queries import clauses
from tongxin.center.attributes.values import Attributes, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import OrganizationId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import row_maker, rows
from tongxin.center.kit.text import fold
from tongxin.center.people.actions.organizing import missing_organization

_NEWEST = 2**62
_ROWS = """
SELECT o.id, o.name, o.attributes,
    ARRAY(SELECT d.domain FROM people_organizationdomain d WHERE d.organization_id = o.id ORDER BY d.domain),
    (SELECT count(*) FROM people_membership m JOIN people_person p ON p.id = m.person_id
     WHERE m.organization_id = o.id AND p.merged_into_id IS NULL),
    o.archived_at IS NOT NULL, o.made_at
FROM people_organization o
WHERE o.workspace_id = %(workspace)s AND {where}
ORDER BY o.id DESC LIMIT %(limit)s
"""
_FOUND = """(strpos(lower(o.name), %(text)s) > 0 OR EXISTS (
    SELECT FROM people_organizationdomain d
    WHERE d.organization_id = o.id AND strpos(d.domain, %(text)s) > 0
))"""


@dataclass(frozen=True)
class OrganizationRow:
    """An organization with its domains, custom attributes by key, and how many people belong to it."""

    id: OrganizationId
    name: str
    attributes: Attributes
    domains: Sequence[str]
    people: int
    is_archived: bool
    made_at: datetime


_made = row_maker(OrganizationRow)


@query("organization.get", needs="people.read")
def organization(*, actor: Actor, organization_id: OrganizationId) -> OrganizationRow:
    """Return one organization. Raises Refused: ``organization.missing``."""
    found = _some(actor, ["o.id = %(id)s"], {"id": organization_id, "limit": 1})
    if not found:
        raise missing_organization()
    return found[0]


@query("organization.list", needs="people.read")
def organizations(
    *, actor: Actor, text: str = "", where: Sequence[str] = (), archived: bool = False,
    cursor: str | None = None, limit: Limit = 50,
) -> Page[OrganizationRow]:  # fmt: skip
    """Return organizations, newest first; those only who match all that is asked.

    ``text`` is a part of the name or of a domain; ``where`` are conditions on custom attributes.

    Raises Refused: ``cursor.invalid``, ``attribute.condition``, ``attribute.unknown``,
    ``attribute.value``.
    """
    asked, values = clauses(
        workspace_id=actor.workspace_id, thing=Thing.ORGANIZATION, where=where,
        column="o.attributes",
    )  # fmt: skip
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_NEWEST]
    values |= {"last": last_id, "limit": limit + 1}
    asked += ["o.id < %(last)s", f"o.archived_at IS {'NOT ' if archived else ''}NULL"]
    if wanted := fold(text.strip()):
        asked.append(_FOUND)
        values["text"] = wanted
    return page(_some(actor, asked, values), limit, lambda row: (row.id,))


def _some(actor: Actor, where: Sequence[str], values: dict[str, Any]) -> list[OrganizationRow]:
    statement = _ROWS.format(where=" AND ".join(where))
    found = rows(statement, {**values, "workspace": actor.workspace_id})
    return [_made((*row[:3], tuple(row[3]), *row[4:])) for row in found]
