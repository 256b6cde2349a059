"""Roles and the permissions they hold."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Reach


class Role(StrEnum):
    """The roles every workspace has; ``custom`` is one that the workspace made itself."""

    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    LIGHT = "light"
    CUSTOM = "custom"


ROLE_NAMES = {
    Role.OWNER: _("Owner"),
    Role.ADMIN: _("Admin"),
    Role.AGENT: _("Agent"),
    Role.LIGHT: _("Light agent"),
}

# What each permission lets somebody do, in groups as the role's editor shows them.
SAID: Mapping[str, Mapping[str, "Promise | str"]] = {
    "conversations": {
        "conversation.read": _("Read conversations and search in them"),
        "note.write": _("Leave notes for colleagues"),
        "conversation.write": _("Answer, tag, put aside and resolve conversations"),
        "conversation.assign": _("Give conversations to colleagues"),
        "file.write": _("Attach files"),
        "view.write": _("Keep views of their own"),
        "conversation.export": _("Take copies of many conversations' data"),
        "view.share": _("Make views for everybody"),
        "reply.share": _("Make canned replies and macros for everybody"),
        "reply.approve": _("Approve replies that wait for review"),
    },
    "people": {
        "people.read": _("See people, organizations and what happened with them"),
        "contact.read": _("See phone numbers, e-mails and postal addresses in full"),
        "contact.reveal": _("Uncover a masked address; that is recorded"),
        "people.write": _("Change, merge and block people"),
        "people.import": _("Bring people in from files, and undo that"),
    },
    "team": {
        "team.read": _("See who is online and how much they hold"),
        "presence.write": _("Come online and take conversations"),
        "member.read": _("See who works here"),
        "member.write": _("Let members in and out, and define roles"),
        "team.write": _("Set up queues and business hours"),
    },
    "workspace": {
        "inbox.read": _("See the inboxes"),
        "inbox.write": _("Set up inboxes and routing"),
        "workspace.write": _("Change the workspace and its attributes"),
        "token.write": _("Make tokens for machines"),
        "plugin.read": _("See the plugins"),
        "event.manage": _("Retry or drop events that were set aside"),
        "audit.read": _("Read the audit log, and check that it is whole"),
        "audit.export": _("Take copies of the audit log"),
        "workspace.own": _("Own the workspace: decide about owners, too"),
    },
}
GROUP_NAMES = {
    "conversations": _("Conversations"),
    "people": _("People"),
    "team": _("Team"),
    "workspace": _("Workspace"),
}
SENTENCES = {name: said for group in SAID.values() for name, said in group.items()}

LIGHT = frozenset({
    "conversation.read", "note.write", "people.read", "team.read", "inbox.read", "member.read",
    "file.write", "view.write",
})  # fmt: skip
AGENT = LIGHT | {
    "contact.read",
    "contact.reveal",
    "conversation.write",
    "conversation.assign",
    "people.write",
    "presence.write",
}
ADMIN = AGENT | {
    "workspace.write", "member.write", "team.write", "inbox.write", "token.write", "plugin.read", "event.manage",
    "view.share", "conversation.export", "people.import",
    "reply.share", "reply.approve", "audit.read", "audit.export",
}  # fmt: skip
OWNER = ADMIN | {"workspace.own"}
PERMISSIONS: Mapping[str, frozenset[str]] = {
    Role.OWNER: OWNER,
    Role.ADMIN: ADMIN,
    Role.AGENT: AGENT,
    Role.LIGHT: LIGHT,
}
SCOPES = sorted(OWNER)

EVERYONES = 0  # the queue that every workspace has, and every member is in

# What each reach has within it: nobody hands on more than they have.
_WITHIN = {
    Reach.OWN: {Reach.OWN}, Reach.OPEN: {Reach.OWN, Reach.OPEN}, Reach.TEAM: {Reach.OWN, Reach.TEAM},
    Reach.ALL: set(Reach),
}  # fmt: skip


def wider(reach: Reach, other: Reach) -> bool:
    """Whether who reaches this far sees something that who reaches as far as the other does not."""
    return reach not in _WITHIN[other]


def roles_with(permission: str) -> list[str]:
    """Return those of our roles that hold a permission."""
    return [str(role) for role, held in PERMISSIONS.items() if permission in held]
