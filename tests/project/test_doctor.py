import os
from pathlib import Path

import pytest

from tongxin.project import doctor, environment


def found(capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """Return the lines by the names of what was looked at, with their signs."""
    lines = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    return {
        name: [sign for sign, other, _words in lines if other == name]
        for _sign, name, _words in lines
    }


@pytest.fixture(autouse=True)
def _house(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGXIN_DATA", str(data))
    monkeypatch.delenv("TONGXIN_SECRET_KEY")
    monkeypatch.setattr(doctor, "doors", lambda: ("127.0.0.1", 8000, 8001))


class TestTheDoctor:
    def test_says_what_is_missing_before_the_first_start(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("DATABASE_URL")

        assert not doctor.examine()

        assert found(capsys)["database"] == ["DO"]

    def test_is_content_with_private_keys_only(
        self, data: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        environment.furnish(data)
        (data / "secret_key").chmod(0o644)

        doctor.examine()

        out = capsys.readouterr().out
        assert f"run `chmod 600 {data}/secret_key`." in out

    def test_looks_at_the_database_that_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        empty = os.environ["DATABASE_URL"].replace("/tongxin?", "/postgres?")
        monkeypatch.setenv("DATABASE_URL", empty)

        doctor.examine()

        signs = found(capsys)
        assert signs["database"] == ["ok"]
        assert signs["tables"] == ["DO"]
        assert signs["clock"] == ["ok", "ok", "ok"]
        assert signs["ports"] == ["ok"]

    def test_says_what_is_wrong_with_a_database_that_is_away(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setitem(os.environ, "DATABASE_URL", "postgresql://mei@/tongxin?host=/nowhere")

        assert not doctor.examine()

        assert "check DATABASE_URL" in capsys.readouterr().out

    def test_wants_to_know_the_hosts_before_mail_goes_out(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("TONGXIN_MAIL", "smtp://mail.example")
        doctor.examine()
        before = found(capsys)["mail"]

        monkeypatch.setenv("TONGXIN_HOSTS", "desk.example")
        doctor.examine()

        assert (before, found(capsys)["mail"]) == (["DO"], ["ok"])

    def test_says_what_the_gateway_for_calls_lacks_where_there_is_to_be_one(
        self, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("TONGXIN_SIP", str(data / "sip.toml"))

        doctor.examine()

        assert found(capsys)["sip"] == ["DO"]
