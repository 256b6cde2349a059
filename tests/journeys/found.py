"""Found a small shop in a house, and print what one needs to visit it (run as a program)."""

import json
import os
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")


def main() -> None:
    django.setup()
    from tongxin.center.accounts.actions import found_workspace
    from tongxin.center.accounts.models import User
    from tongxin.center.accounts.queries import seats_of_user
    from tongxin.service.channels import visitors
    from tongxin.service.channels.actions import create_inbox, create_key
    from tongxin.service.channels.queries import inboxes

    now = datetime.now(UTC)
    email, password = "li@xiaoman.example", "a kettle of tea"
    found_workspace(
        name="小满茶具",
        language="zh-hans",
        owner_email=email,
        owner_name="李工",
        password=password,
        now=now,
    )
    actor = seats_of_user(User.objects.get(email=email).pk)[0].actor
    inbox_id = create_inbox(
        actor=actor, channel="webchat", name="官网", settings={"brand": "小满茶具"}, now=now
    )
    key = create_key(actor=actor, inbox_id=inbox_id, now=now)
    signed = visitors.sign(
        kid=key.kid, secret=key.secret, subject="mei", name="小梅", expires=now + timedelta(hours=2)
    )
    told = {
        "email": email, "password": password, "inbox": inboxes(actor=actor)[0].key, "jwt": signed,
        "member_id": actor.id, "workspace_id": actor.workspace_id,
    }  # fmt: skip
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
