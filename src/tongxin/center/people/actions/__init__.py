"""Verbs about people, one family a file."""

from tongxin.center.people.actions.addressing import Claimable, note_address
from tongxin.center.people.actions.blocking import block, unblock
from tongxin.center.people.actions.consenting import prefer, record_consent
from tongxin.center.people.actions.describing import describe, describe_organizations
from tongxin.center.people.actions.entering import enter
from tongxin.center.people.actions.finding import dismiss, find_duplicates
from tongxin.center.people.actions.indexing import index
from tongxin.center.people.actions.meeting import claim_email, recognize, verify
from tongxin.center.people.actions.merging import merge
from tongxin.center.people.actions.naming import change
from tongxin.center.people.actions.organizing import (
    archive_organizations,
    change_organization,
    create_organization,
    join,
    leave,
    restore_organizations,
)
from tongxin.center.people.actions.parting import unmerge
from tongxin.center.people.actions.revealing import reveal
from tongxin.center.people.actions.suspecting import clear, suspect
from tongxin.center.people.actions.tagging import tag
from tongxin.center.people.actions.vouching import vouch
from tongxin.center.people.actions.withdrawing import archive_empty, withdraw

__all__ = [
    "Claimable",
    "archive_empty",
    "archive_organizations",
    "block",
    "change",
    "change_organization",
    "claim_email",
    "clear",
    "create_organization",
    "describe",
    "describe_organizations",
    "dismiss",
    "enter",
    "find_duplicates",
    "index",
    "join",
    "leave",
    "merge",
    "note_address",
    "prefer",
    "recognize",
    "record_consent",
    "restore_organizations",
    "reveal",
    "suspect",
    "tag",
    "unblock",
    "unmerge",
    "verify",
    "vouch",
    "withdraw",
]
