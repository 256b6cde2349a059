"""`tongxin keys`: a new key is there before anything needs it, and the old go when nothing does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from pytest_django import Settings

from tongxin.center.accounts.models import User
from tongxin.center.kit.sealing import seal, unseal
from tongxin.project import environment, keys
from tongxin.project.speech import Stop


@contextmanager
def _alone() -> Iterator[None]:
    yield


@pytest.fixture
def path(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONGXIN_DATA", str(data))
    monkeypatch.setattr(keys, "database_alone", _alone)
    environment.furnish(data)
    return data / environment.SEALING


def test_a_house_has_a_key_that_only_its_owner_reads(path: Path) -> None:
    [key] = path.read_text().split()

    Fernet(key)
    assert path.stat().st_mode & 0o077 == 0
    assert environment.sealing_keys(path.parent, "signing")[0] == key


def test_the_environment_goes_before_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = (environment.new_sealing_key() for _ in range(2))
    monkeypatch.setenv("TONGXIN_SEALING_KEYS", f"{new},{old}")

    assert environment.sealing_keys(path.parent, "signing")[:2] == [new, old]
    with pytest.raises(Stop, match="put a new one in front"):
        keys.rotate()


def test_the_new_key_is_written_down_before_it_is_used(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [old] = path.read_text().split()
    meanwhile: list[str] = []

    def reseal() -> int:
        meanwhile.extend(path.read_text().split())
        return 3

    monkeypatch.setattr(keys, "_reseal", reseal)
    keys.rotate()

    assert meanwhile[1] == old
    assert path.read_text().split() == [meanwhile[0]] != [old]
    assert path.stat().st_mode & 0o077 == 0
    assert "3 secrets are sealed by a new key." in capsys.readouterr().out


def test_what_fails_keeps_both_keys(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [old] = path.read_text().split()

    def reseal() -> int:
        raise Stop("the database is away")

    monkeypatch.setattr(keys, "_reseal", reseal)
    with pytest.raises(Stop):
        keys.rotate()

    assert path.read_text().split()[1:] == [old]


@pytest.mark.django_db
def test_authenticator_apps_and_recovery_codes_go_under_the_new_key(
    settings: Settings,
) -> None:
    user = User.objects.create(email="li@xiaoman.example")
    app = Authenticator.objects.create(user=user, type="totp", data={"secret": seal("JBSWY3DP")})
    codes = {"seed": seal("seed"), "used_mask": 0, "migrated_codes": [seal("one"), seal("two")]}
    kept = Authenticator.objects.create(user=user, type="recovery_codes", data=codes)
    new = Fernet.generate_key().decode()
    settings.SEALING_KEYS = [new, *settings.SEALING_KEYS]

    count = keys._reseal_second_steps()

    settings.SEALING_KEYS = [new]
    app.refresh_from_db()
    kept.refresh_from_db()
    assert count == 2
    assert unseal(app.data["secret"]) == "JBSWY3DP"
    assert unseal(kept.data["seed"]) == "seed"
    assert kept.data["used_mask"] == 0
    assert [unseal(code) for code in kept.data["migrated_codes"]] == ["one", "two"]


def test_a_key_that_is_none_is_told_in_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("kaputt")
    with pytest.raises(Stop, match=str(path)):
        environment.sealing_keys(path.parent, "signing")

    monkeypatch.setenv("TONGXIN_SEALING_KEYS", "kaputt")
    with pytest.raises(Stop, match="TONGXIN_SEALING_KEYS"):
        environment.sealing_keys(path.parent, "signing")
