"""Verbs about who works here, one family a file."""

from tongxin.center.accounts.actions.grants import check_may_let_in, check_may_map
from tongxin.center.accounts.actions.logins import (
    ENDED,
    Bound,
    end_log_ins,
    end_log_ins_by,
    note_log_in,
    note_second_step,
)
from tongxin.center.accounts.actions.members import (
    add_member,
    change_role,
    join,
    map_role,
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
    close_to_passwords,
    found_workspace,
)

__all__ = [
    "CHOOSABLE",
    "ENDED",
    "LANGUAGES",
    "Bound",
    "NewToken",
    "add_member",
    "change_role",
    "change_role_itself",
    "change_workspace",
    "check_may_let_in",
    "check_may_map",
    "choose_looks",
    "close_to_passwords",
    "create_token",
    "define_role",
    "end_log_ins",
    "end_log_ins_by",
    "found_workspace",
    "join",
    "map_role",
    "note_log_in",
    "note_second_step",
    "remove_members",
    "remove_roles",
    "require_second_step",
    "revoke_tokens",
]
