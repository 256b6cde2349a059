"""Make connections, change them, switch them on and off, throw them away."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions import check_may_let_in, close_to_passwords, end_log_ins_by
from tongxin.center.federation.actions.plans import columns, lacks_something
from tongxin.center.federation.events import (
    ConnectionChanged,
    ConnectionCreated,
    ConnectionRemoved,
    ConnectionSwitched,
    ConnectionUnlinked,
)
from tongxin.center.federation.models import Connection, Link
from tongxin.center.federation.values import MOST, Kind, Plan
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConnectionId, MemberId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, about

NEEDS = "workspace.write"
_TURN = "federation.setup"


@action("connection.create", needs=NEEDS)
def create(*, actor: Actor, kind: Kind, plan: Plan, now: datetime) -> ConnectionId:
    """Make a connection to an identity provider, switched off. What it needs may be filled in later.

    Raises Refused: ``connection.name``, ``connection.address``, ``connection.metadata``,
    ``connection.domain``, ``connection.short_name``, ``connection.taken``, ``connection.most`` (20),
    ``role.missing``.
    """
    check_may_let_in(actor)
    take_turns(_TURN, [actor.workspace_id])
    if _mine(actor).count() >= MOST:
        raise Refused("connection.most", _("At most 20 connections."), Reason.LIMITED)
    made = Connection.objects.create(
        workspace_id=actor.workspace_id, key=token_hex(8), kind=kind.value, secret=plan.secret or "",
        made_at=now, **columns(actor, kind, plan, 0),
    )  # fmt: skip
    record([ConnectionCreated(
        **_where(actor, made.pk, now), connection_id=made.pk, name=made.name, protocol=made.kind
    )])  # fmt: skip
    return made.pk


@action("connection.change", needs=NEEDS)
def change(*, actor: Actor, connection_id: ConnectionId, plan: Plan, now: datetime) -> int:
    """Let a connection go otherwise; returns 1 where something changed. The kind stays.

    Raises Refused: ``connection.missing``, ``connection.incomplete`` (while it is on), and like
    ``connection.create``.
    """
    check_may_let_in(actor)
    take_turns(_TURN, [actor.workspace_id])
    found = next(iter(_touched(actor, [connection_id])), None)
    if found is None:
        raise missing()
    wanted: dict[str, Any] = columns(actor, Kind(found.kind), plan, found.pk)
    if plan.secret is not None:
        wanted["secret"] = plan.secret
    fields = sorted(name for name, value in wanted.items() if getattr(found, name) != value)
    for name in fields:
        setattr(found, name, wanted[name])
    if found.is_on and lacks_something(found):
        raise incomplete()
    if fields:
        found.save(update_fields=fields)
        _settle(actor.workspace_id)
        where = _where(actor, found.pk, now)
        record([ConnectionChanged(**where, connection_id=found.pk, name=found.name, fields=fields)])
    return int(bool(fields))


@action("connection.switch", needs=NEEDS)
def switch(
    *, actor: Actor, connection_ids: Sequence[ConnectionId], is_on: bool, now: datetime
) -> int:
    """Let members in by connections, or no longer: then the sessions that came by them end at once.

    Returns how many were switched. Raises Refused: ``connection.incomplete``.
    """
    check_may_let_in(actor)
    take_turns(_TURN, [actor.workspace_id])
    turning = [one for one in _touched(actor, connection_ids) if one.is_on is not is_on]
    if is_on and any(lacks_something(one) for one in turning):
        raise incomplete()
    ids = [one.pk for one in turning]
    Connection.objects.filter(pk__in=ids).update(is_on=is_on)
    if not is_on:
        end_log_ins_by(connection_ids=ids, now=now)
    _settle(actor.workspace_id)
    record(
        ConnectionSwitched(**_where(actor, pk, now), connection_id=pk, is_on=is_on) for pk in ids
    )
    return len(ids)


@action("connection.remove", needs=NEEDS)
def remove(*, actor: Actor, connection_ids: Sequence[ConnectionId], now: datetime) -> int:
    """Throw connections away: their sessions end at once, their links and secrets go, the members stay.

    Returns how many there were.
    """
    check_may_let_in(actor)
    take_turns(_TURN, [actor.workspace_id])
    ids = [one.pk for one in _touched(actor, connection_ids)]
    end_log_ins_by(connection_ids=ids, now=now)
    Link.objects.filter(connection_id__in=ids).delete()
    Connection.objects.filter(pk__in=ids).update(is_on=False, secret="", removed_at=now)
    _settle(actor.workspace_id)
    record(ConnectionRemoved(**_where(actor, pk, now), connection_id=pk) for pk in ids)
    return len(ids)


@action("connection.unlink", needs=NEEDS)
def unlink(
    *, actor: Actor, connection_id: ConnectionId, member_ids: Sequence[MemberId], now: datetime
) -> int:
    """Forget whom a provider means by its subjects: the next log-in links anew. Their sessions by it end.

    Returns how many links there were.
    """
    check_may_let_in(actor)
    found = [one.pk for one in _touched(actor, [connection_id])]
    links = Link.objects.filter(connection_id__in=found, member_id__in=member_ids)
    ids = list(links.order_by("member_id").values_list("member_id", flat=True))
    links.delete()
    end_log_ins_by(connection_ids=found, member_ids=ids, now=now)
    record(
        ConnectionUnlinked(
            **_where(actor, connection_id, now), connection_id=connection_id, member_id=pk
        )
        for pk in ids
    )
    return len(ids)


def missing() -> Refused:
    return Refused("connection.missing", _("There is no such connection."), Reason.MISSING)


def incomplete() -> Refused:
    detail = _("The provider's address, and what we are called there, have to be filled in first.")
    return Refused("connection.incomplete", detail, Reason.CONFLICT)


def _mine(actor: Actor) -> QuerySet[Connection]:
    return Connection.objects.filter(workspace_id=actor.workspace_id, removed_at=None)


def _touched(actor: Actor, ids: Sequence[int]) -> list[Connection]:
    """Return connections to be changed. What lets owners in only owners touch."""
    found = list(_mine(actor).filter(pk__in=ids).select_for_update().order_by("pk"))
    if any(one.lets_owners_in for one in found):
        check(actor, "workspace.own")
    return found


def _settle(workspace_id: int) -> None:
    asking = Connection.objects.filter(
        workspace_id=workspace_id, removed_at=None, is_on=True, is_required=True
    )
    close_to_passwords(workspace_id=workspace_id, closed=asking.exists())


def _where(actor: Actor, connection_id: int, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "connection", connection_id, now)
