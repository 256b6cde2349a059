import pytest

from tests.make.world import World, world


@pytest.fixture
def tea(db: None) -> World:
    return world()
