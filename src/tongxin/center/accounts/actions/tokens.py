"""Let machines act, and stop them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.events import TokenCreated, TokenRevoked
from tongxin.center.accounts.models import Token
from tongxin.center.accounts.queries import digest
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import TokenId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action, check_member
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

_PREFIX = "txn_"


@dataclass(frozen=True)
class NewToken:
    """The only time a token is shown."""

    id: TokenId
    token: str


@action("token.create", needs="token.write")
def create_token(*, actor: Actor, name: str, scopes: Sequence[str], now: datetime) -> NewToken:
    """Let a machine act with some of one's own permissions; the token is shown this once.

    Raises Refused: ``token.scope`` for a permission one does not have, ``actor.member`` for a machine.
    """
    check_member(actor)
    if not scopes or not actor.permissions.issuperset(scopes):
        raise Refused("token.scope", _("Choose scopes among your own permissions."))
    shown = _PREFIX + token_urlsafe(32)
    token = Token.objects.create(
        workspace_id=actor.workspace_id, maker_id=actor.id, name=name[:120], hint=shown[:10],
        digest=digest(shown), scopes=sorted(set(scopes)), created_at=now,
    )  # fmt: skip
    where = about(actor.workspace_id, actor.label, "token", token.pk, now)
    record([TokenCreated(**where, token_id=token.pk, name=token.name)])
    return NewToken(token.pk, shown)


@action("token.revoke", needs="token.write")
def revoke_tokens(*, actor: Actor, token_ids: Sequence[TokenId], now: datetime) -> int:
    """Take tokens back at once; return how many were still good."""
    tokens = Token.objects.filter(
        workspace_id=actor.workspace_id, pk__in=token_ids, revoked_at=None
    )
    ids = list(tokens.select_for_update().order_by("pk").values_list("pk", flat=True))
    Token.objects.filter(pk__in=ids).update(revoked_at=now)
    record(
        TokenRevoked(**about(actor.workspace_id, actor.label, "token", pk, now), token_id=pk)
        for pk in ids
    )
    return len(ids)
