from pathlib import Path

import pytest
from pytest_django import Settings

from tests.make.world import World, world


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where files of this test lie."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def tea(db: None) -> World:
    """小满茶具, where 李工 owns and 小梅 writes."""
    return world()
