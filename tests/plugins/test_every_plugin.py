"""Every installed channel and outpost keeps every promise."""

from collections.abc import Callable

import pytest

from tests.plugins.checks import CHECKS
from tests.plugins.outposts import OUTPOST_CHECKS
from tongxin.center.kit.plugins import Manifest, manifests

CHANNELS = [name for name, manifest in manifests().items() if manifest.kind == "channel"]
OUTPOSTS = [name for name, manifest in manifests().items() if manifest.kind == "outpost"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CHANNELS)
def test_it_keeps_its_promise(name: str, check: Callable[[Manifest], None]) -> None:
    check(manifests()[name])


@pytest.mark.parametrize("check", OUTPOST_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", OUTPOSTS)
def test_an_outpost_keeps_its_promise(name: str, check: Callable[[Manifest], None]) -> None:
    check(manifests()[name])


def test_the_built_in_ones_are_found() -> None:
    assert "webchat" in CHANNELS
    assert {"slack", "feishu", "dingtalk"} <= set(OUTPOSTS)
