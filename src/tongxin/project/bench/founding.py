"""Found the workspaces that are measured: a small one and a large one (run as a program)."""

import json
import os
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

from django.conf import settings as configured  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from tongxin.center.accounts.actions import (  # noqa: E402
    create_token,
    found_workspace,
    note_log_in,
)
from tongxin.center.accounts.models import User, Workspace  # noqa: E402
from tongxin.center.accounts.queries import seats_of_user  # noqa: E402
from tongxin.center.accounts.values import SCOPES  # noqa: E402
from tongxin.service.channels.actions import create_inbox  # noqa: E402
from tongxin.service.channels.queries import inboxes  # noqa: E402

MAILBOX = "IMAP"  # it is read only while that is measured
NAMES = ("bench quick", "bench small", "bench large")


def main() -> None:
    """Print each workspace's keys as JSON; what is there already is used again."""
    print(json.dumps({name.split()[1]: _workspace(name) for name in NAMES}))


def _workspace(name: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    email = f"{name.replace(' ', '-')}@bench.example"
    if not Workspace.objects.filter(name=name).exists():
        found_workspace(
            name=name, language="zh-hans", owner_email=email, owner_name="李工", password=token_urlsafe(16),
            now=now,
        )  # fmt: skip
    user = User.objects.get(email=email)
    actor = seats_of_user(user.pk)[0].actor
    by_channel = {inbox.channel: inbox for inbox in inboxes(actor=actor) if inbox.name != MAILBOX}
    address = email.replace("@", "-help@")
    if "webchat" not in by_channel:
        create_inbox(actor=actor, channel="webchat", name="官网", now=now)
    if "email" not in by_channel:
        settings = {"address": address, "smtp_host": "smtp.bench.example"}
        create_inbox(actor=actor, channel="email", name="客服邮箱", settings=settings, now=now)
    by_channel = {inbox.channel: inbox for inbox in inboxes(actor=actor) if inbox.name != MAILBOX}
    inbox = by_channel["webchat"]
    token = create_token(actor=actor, name="bench", scopes=SCOPES, now=now)
    return {
        "workspace_id": actor.workspace_id, "member_id": actor.id, "inbox": inbox.key,
        "inbox_id": inbox.id, "mail_inbox_id": by_channel["email"].id, "mail_address": address,
        "token": token.token, "session": _session(user), "owner": email,
    }  # fmt: skip


def _session(user: User) -> str:
    """Log the member in without a browser; return the session cookie's value."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = configured.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    key = str(session.session_key)
    note_log_in(user_id=user.pk, session_key=key, ip="", browser="bench", now=timezone.now())
    return key


if __name__ == "__main__":
    main()
