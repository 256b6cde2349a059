import pytest

from tests.make.world import World, world
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import InboxRow


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def inbox(tea: World) -> InboxRow:
    """The web chat of 小满茶具."""
    return inboxes_by_id(inbox_ids=[tea.inbox_id])[tea.inbox_id]
