"""Verbs about who works here, one family a file."""

from tongxin.center.accounts.actions.logins import ENDED, end_log_ins, note_log_in
from tongxin.center.accounts.actions.members import (
    add_member,
    change_role,
    join,
    remove_members,
)
from tongxin.center.accounts.actions.roles import (
    CHOOSABLE,
    change_role_itself,
    define_role,
    remove_roles,
    require_second_step,
)
from tongxin.center.accounts.actions.tokens import NewToken, create_token, revoke_tokens
from tongxin.center.accounts.actions.workspaces import (
    LANGUAGES,
    change_workspace,
    choose_looks,
    found_workspace,
)

__all__ = [
    "CHOOSABLE",
    "ENDED",
    "LANGUAGES",
    "NewToken",
    "add_member",
    "change_role",
    "change_role_itself",
    "change_workspace",
    "choose_looks",
    "create_token",
    "define_role",
    "end_log_ins",
    "found_workspace",
    "join",
    "note_log_in",
    "remove_members",
    "remove_roles",
    "require_second_step",
    "revoke_tokens",
]
