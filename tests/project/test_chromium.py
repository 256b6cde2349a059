"""The browser of the browser tests: taken where it is, else got where it can be."""

from pathlib import Path

import pytest

from tongxin.project.setup import chromium

STARTS, FAILS = "#!/bin/sh\n", "#!/bin/sh\nexit 1\n"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a browser: return the folder that is its PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    monkeypatch.setattr(chromium, "PYTHON", program(tmp_path / "no-playwright", FAILS))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sh").symlink_to("/bin/sh")
    return tmp_path / "bin"


def test_one_on_the_path_is_taken(bare: Path) -> None:
    wanted = program(bare / "google-chrome", STARTS)

    assert chromium.found() == str(wanted)


def test_one_that_does_not_start_is_passed_over(bare: Path) -> None:
    program(bare / "chromium", FAILS)
    own = program(bare.parent / "own/chromium-1255/chrome-linux64/chrome", STARTS)

    assert chromium.found() == str(own)


def test_playwright_s_is_got_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = bare.parent / "own/chromium-1255/chrome-linux64/chrome"
    gets = f"#!/bin/sh\n/bin/mkdir -p {own.parent}; echo '{STARTS}' > {own}; /bin/chmod +x {own}\n"
    monkeypatch.setattr(chromium, "PYTHON", program(bare.parent / "playwright", gets))

    assert chromium.find_or_install() == str(own)


def test_debian_s_is_got_where_playwright_s_cannot_be(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "apt-get", f"#!/bin/sh\n/bin/ln -sf {bare}/apt-get {bare}/chromium\n")
    monkeypatch.setattr("os.geteuid", lambda: 0)

    assert chromium.find_or_install() == f"{bare}/chromium"


def test_where_none_can_be_got_there_is_none(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "apt-get", STARTS)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert chromium.find_or_install() is None
