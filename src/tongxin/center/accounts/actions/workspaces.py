"""Found a workspace, and say what it is like."""

from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions.members import join
from tongxin.center.accounts.events import WorkspaceChanged, WorkspaceCreated
from tongxin.center.accounts.models import Member, User, Workspace
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

LANGUAGES = ("en", "zh-hans")


@transaction.atomic
def found_workspace(
    *, name: str, language: str, owner_email: str, owner_name: str, password: str, now: datetime
) -> Workspace:
    """Make a new world with its owner (who may own others already: then the password stays)."""
    workspace = Workspace.objects.create(name=name, language=language, created_at=now)
    record(
        [
            WorkspaceCreated(
                **about(workspace.pk, "house:0", "workspace", workspace.pk, now), name=name
            )
        ]
    )
    join(
        workspace_id=workspace.pk, email=owner_email, name=owner_name, role=Role.OWNER,
        password=password, by="house:0", now=now,
    )  # fmt: skip
    return workspace


@action("workspace.change", needs="workspace.write")
def change_workspace(
    *, actor: Actor, name: str, language: str, time_zone: str, now: datetime
) -> int:
    """Set the workspace's name, language (``en`` or ``zh-hans``) and time zone (IANA name).

    Returns 1 where something changed. Raises Refused: ``workspace.name``, ``workspace.language``,
    ``workspace.time_zone``.
    """
    if not name.strip():
        raise Refused("workspace.name", _("The workspace needs a name."))
    if language not in LANGUAGES:
        raise Refused("workspace.language", _("This language is not available."))
    if time_zone not in available_timezones():
        raise Refused("workspace.time_zone", _("There is no such time zone."))
    wanted = {"name": name.strip()[:120], "language": language, "time_zone": time_zone}
    changed = Workspace.objects.filter(pk=actor.workspace_id).exclude(**wanted).update(**wanted)
    where = about(actor.workspace_id, actor.label, "workspace", actor.workspace_id, now)
    record([WorkspaceChanged(**where, **wanted)] if changed else [])
    return changed


def choose_looks(*, actor: Actor, language: str | None = None, theme: str | None = None) -> None:
    """Remember a member's own language and theme (private to them, so no fact)."""
    chosen = {"language": language, "theme": theme}
    wanted = {name: value for name, value in chosen.items() if value is not None}
    user_id = Member.objects.values_list("user_id", flat=True).get(pk=actor.id)
    User.objects.filter(pk=user_id).update(**wanted)


def close_to_passwords(*, workspace_id: int, closed: bool) -> None:
    """Let members who are no owners in by a connection only, or again by their password, too."""
    Workspace.objects.filter(pk=workspace_id).update(must_connect=closed)
