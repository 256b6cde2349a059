"""A mailbox of the measured workspace that is read by IMAP (run as a program inside the house)."""

import os
import sys
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

from tongxin.center.accounts.models import User  # noqa: E402
from tongxin.center.accounts.queries import seats_of_user  # noqa: E402
from tongxin.project.bench.dovecot import PASSWORD  # noqa: E402
from tongxin.project.bench.founding import MAILBOX  # noqa: E402
from tongxin.service.channels.actions import change_inbox, create_inbox  # noqa: E402
from tongxin.service.channels.queries import inboxes  # noqa: E402


def main(owner: str, address: str, port: int) -> None:
    """Read the mailbox at this port of this machine; at port 0 no more."""
    actor, now = seats_of_user(User.objects.get(email=owner).pk)[0].actor, datetime.now(UTC)
    given = {
        "address": address, "password": PASSWORD, "imap_host": "127.0.0.1", "imap_port": port,
        "imap_security": "none", "smtp_host": "smtp.bench.example",
    }  # fmt: skip
    ids = {inbox.name: inbox.id for inbox in inboxes(actor=actor)}
    made = ids.get(MAILBOX) or create_inbox(
        actor=actor, channel="email", name=MAILBOX, settings=given, now=now
    )
    change_inbox(
        actor=actor, inbox_id=made, name=MAILBOX, settings=given, enabled=port > 0, now=now
    )  # fmt: skip
    print(made)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
