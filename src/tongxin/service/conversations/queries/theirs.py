"""The conversations of one person, or of an organization's people."""

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import OrganizationId, PersonId
from tongxin.center.kit.paging import Limit, page, read_cursor
from tongxin.center.kit.registry import query
from tongxin.service.conversations.queries.lists import ConversationPage, some

_FIRST = 2**62  # before the newest
_MEMBERS = "SELECT person_id FROM people_membership WHERE organization_id = %(organization)s"


@query("conversation.of_person", needs="conversation.read")
def of_person(
    *, actor: Actor, person_id: PersonId, cursor: str | None = None, limit: Limit = 20
) -> ConversationPage:
    """Return a person's conversations, newest first. Raises Refused: ``cursor.invalid``."""
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_FIRST]
    where = "c.person_id = %(person)s AND c.id < %(last)s ORDER BY c.id DESC LIMIT %(limit)s"
    found = some(actor, where, "c.id DESC", person=person_id, last=last_id, limit=limit + 1)
    return page(found, limit, lambda row: (row.id,))


@query("conversation.of_organization", needs="conversation.read")
def of_organization(
    *, actor: Actor, organization_id: OrganizationId, cursor: str | None = None, limit: Limit = 20
) -> ConversationPage:
    """Return the conversations of an organization's people, newest first.

    Raises Refused: ``cursor.invalid``.
    """
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_FIRST]
    where = f"c.person_id IN ({_MEMBERS}) AND c.id < %(last)s ORDER BY c.id DESC LIMIT %(limit)s"
    values = {"organization": organization_id, "last": last_id, "limit": limit + 1}
    return page(some(actor, where, "c.id DESC", **values), limit, lambda row: (row.id,))
