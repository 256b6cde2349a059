from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.leaving import Box
from tests.make.world import World, world
from tests.plugins.faulty import installed
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import InboxRow


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def inbox(tea: World) -> InboxRow:
    """The web chat of 小满茶具."""
    return inboxes_by_id(inbox_ids=[tea.inbox_id])[tea.inbox_id]


@pytest.fixture
def box(tea: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Box]:
    """The parameter, if any, is what the stand-in says that it can."""
    with installed(tmp_path, getattr(request, "param", "")):
        yield Box(tea)
