from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.browser import chromium
from tongxin.center.accounts.models import Workspace
from tongxin.service.channels import visitors
from tongxin.service.channels.models import Inbox
from tongxin.service.channels.queries import inbox_by_key
from tongxin.service.channels.values import InboxRow

__all__ = ["chromium"]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where files of this test lie."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def inbox(db: None) -> InboxRow:
    """The web chat of 小满茶具."""
    now = datetime.now(UTC)
    workspace = Workspace.objects.create(name="小满茶具", created_at=now)
    chosen = {"brand": "小满", "color": "#123456", "greeting_zh": "您好", "greeting_en": "Hello"}
    Inbox.objects.create(
        workspace=workspace,
        key="xiaoman",
        name="官网",
        channel="webchat",
        settings=chosen,
        created_at=now,
    )
    return inbox_by_key(key="xiaoman")


@pytest.fixture
def token(inbox: InboxRow) -> str:
    """小梅's browser's token."""
    return visitors.issue(visitors.newcomer(inbox.id), now=datetime.now(UTC))
