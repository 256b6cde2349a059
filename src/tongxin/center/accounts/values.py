"""Roles and the permissions they hold."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"


ROLE_NAMES = {Role.OWNER: _("Owner"), Role.ADMIN: _("Admin"), Role.AGENT: _("Agent")}

AGENT = frozenset({
    "conversation.read", "conversation.write", "conversation.assign", "people.read", "people.write",
    "team.read", "presence.write", "inbox.read", "member.read", "file.write",
    "view.write",
})  # fmt: skip
ADMIN = AGENT | {
    "workspace.write", "member.write", "inbox.write", "token.write", "plugin.read", "event.manage",
    "view.share",
    "reply.share", "reply.approve",
}  # fmt: skip
OWNER = ADMIN | {"workspace.own"}
PERMISSIONS = {Role.OWNER: OWNER, Role.ADMIN: ADMIN, Role.AGENT: AGENT}
SCOPES = sorted(OWNER)
