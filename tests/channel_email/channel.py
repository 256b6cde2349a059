"""The channel with the settings of a shop."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tongxin.plugins.channel_email import plugin
from tongxin.plugins.channel_email.plugin import Email
from tongxin.project.bench.dovecot import PASSWORD
from tongxin.sdk import Address, Call, Departure

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OURS = "help@tea.example"
MEI = Address("email", "mei@example.com", "小梅")


def email(**changes: Any) -> Email:
    """Return the channel of 小满茶具's mailbox."""
    ours = {
        "address": OURS,
        "sender_name": "小满茶具",
        "user": "help",
        "password": PASSWORD,
        "plus": True,
    }
    return Email(_defaults() | ours | changes)


def came(raw: bytes) -> Call:
    return Call("POLL", "", {}, raw, NOON)


def departure(number: int = 1, **changes: Any) -> Departure:
    """Return an answer to 小梅's mail about a teapot."""
    usual: dict[str, Any] = {
        "text": "您好，我们给您换一把。", "subject": "茶壶裂了", "author": "周杰", "token": "12-k7f3q9wx",
        "answers": "a1@example.com", "thread": ("a1@example.com",), "recipient": MEI, "written_at": NOON,
    }  # fmt: skip
    return Departure(number, f"message:{number}", **usual | changes)


@cache
def _defaults() -> dict[str, Any]:
    manifest = Path(plugin.__file__).with_name("plugin.toml").read_text("utf-8")
    return {name: field["default"] for name, field in tomllib.loads(manifest)["settings"].items()}
