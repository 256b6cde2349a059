"""Vendors stand in on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.plugins.standin import Vendor, vendor


@pytest.fixture(autouse=True)
def _trusting(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True


@pytest.fixture
def service() -> Iterator[Vendor]:
    with vendor() as runs:
        yield runs
