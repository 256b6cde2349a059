"""`tongxin user add`: the first members come in by the command line, the others by invitation."""

import secrets
from datetime import UTC, datetime

from tongxin.project.prepare import leave_django, start_django
from tongxin.project.speech import Stop, _, tell


def add_user(*, email: str, name: str, role: str, workspace: str) -> None:
    """Let somebody into a workspace, which is founded if there is none of this name."""
    start_django()
    from tongxin.center.kit.refusals import Refused

    try:
        _add(email, name or email.partition("@")[0], role, workspace)
    except Refused as refused:
        raise Stop(str(refused.detail)) from None
    finally:
        leave_django()


def _add(email: str, name: str, role: str, workspace: str) -> None:
    from django.utils.translation import get_language

    from tongxin.center.accounts.actions import found_workspace, join
    from tongxin.center.accounts.models import User, Workspace
    from tongxin.center.accounts.values import Role

    now, password = datetime.now(UTC), secrets.token_urlsafe(12)
    known = User.objects.filter(email__iexact=email.strip()).exists()
    place = Workspace.objects.filter(name=workspace).order_by("pk").first()
    if place is None:
        found_workspace(
            name=workspace, language=get_language() or "en", owner_email=email, owner_name=name,
            password=password, now=now,
        )  # fmt: skip
        tell(
            _("A new workspace: {workspace}; its owner is {email}.").format(
                workspace=workspace, email=email
            )
        )
    else:
        join(
            workspace_id=place.pk, email=email, name=name, role=Role(role), password=password,
            by="house:0", now=now,
        )  # fmt: skip
        tell(_("{email} is in {workspace} now.").format(email=email, workspace=workspace))
    if not known:
        tell(_("The password, shown only once: {password}").format(password=password))
