"""A company whose members come in by their provider, which stands in on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.make.oidc import Provider, provider
from tests.make.world import World, world

MEI: dict[str, Any] = {
    "sub": "mei-1",
    "email": "mei@xiaoman.example",
    "email_verified": True,
    "name": "小梅",
}


@pytest.fixture
def near(settings: Any) -> None:
    """Providers on one's own network are trusted; what was kept of others is forgotten."""
    settings.TRUSTS_OWN_NETWORK = True
    cache.clear()


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def idp() -> Iterator[Provider]:
    with provider(**MEI, groups=["support"]) as running:
        yield running
