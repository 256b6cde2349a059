import pytest

from tests.make.world import World, world


@pytest.fixture
def tea(db: None) -> World:
    """小满茶具, where 李工 owns and 小梅 writes."""
    return world()
