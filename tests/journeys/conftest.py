from collections.abc import Iterator

import pytest

from tests.browser import chromium
from tests.journeys.house import House, opened

__all__ = ["chromium"]


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    """One running house for all stories of this folder."""
    running = opened()
    yield running
    running.close()
