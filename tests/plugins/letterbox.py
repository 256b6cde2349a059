"""A channel fresh from the blueprint, installed as any stranger's would be."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongxin.center.kit.plugins import Manifest, manifests
from tongxin.project.scaffold import build

PACKAGE = "letterbox_for_tests"


@pytest.fixture(scope="session")
def letterbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    site = tmp_path_factory.mktemp("site")
    build("channel", "letterbox", site / PACKAGE, PACKAGE)
    _install(site)
    yield manifests()["letterbox"]
    sys.path.remove(str(site))
    manifests.cache_clear()


def _install(site: Path) -> None:
    info = site / f"{PACKAGE}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[tongxin.plugins]\nletterbox = {PACKAGE}\n")
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    manifests.cache_clear()
