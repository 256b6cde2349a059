import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tongxin.project import archive
from tongxin.project.backup import readable
from tongxin.project.dumps import errors_in
from tongxin.project.prepare import wanted_stamp
from tongxin.project.speech import Stop


class House:
    """A house in a database of its own, on the server of the test run."""

    def __init__(self, data: Path, name: str) -> None:
        self.data, self.name = data, name
        before, _slash, after = os.environ["DATABASE_URL"].partition("/tongxin?")
        self.server = f"{before}/postgres?{after}"
        self.url = f"{before}/{name}?{after}"
        self._build()

    def _build(self) -> None:
        """A house small enough for a test: its tables are of this version already."""
        (self.data / "files/1").mkdir(parents=True)
        (self.data / "files/1/茶壶.png").write_bytes(b"a picture")
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(self.name)))
        with psycopg.connect(self.url) as connection:
            connection.execute("create table project_stamp (migrations text)")
            connection.execute("insert into project_stamp values (%s)", [wanted_stamp()])
            connection.execute("create table member (email text primary key)")
            connection.execute("insert into member values ('mei@example.com')")

    def say(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `tongxin` for this house."""
        named = {"TONGXIN_DATA": str(self.data), "DATABASE_URL": self.url, "LC_ALL": "C"}
        left_out = {"TONGXIN_SECRET_KEY", "TONGXIN_SEALING_KEYS", "LANGUAGE"}
        ours = {name: value for name, value in os.environ.items() if name not in left_out}
        return subprocess.run(
            [sys.executable, "-m", "tongxin.project.command", *words], env={**ours, **named},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def emails(self) -> list[str]:
        with psycopg.connect(self.url) as connection:
            return [row[0] for row in connection.execute("select email from member order by 1")]

    def databases(self) -> set[str]:
        with psycopg.connect(self.server) as connection:
            found = connection.execute(
                "select datname from pg_database where datname ^@ %s", [self.name]
            )
            return {row[0] for row in found}

    def end(self) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            for name in self.databases():
                statement = sql.SQL("drop database {} with (force)")
                connection.execute(statement.format(sql.Identifier(name)))
        shutil.rmtree(self.data)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house with one member, whose backup is beside its data."""
    data = Path(tempfile.mkdtemp(prefix="tx-", dir="/tmp")).resolve()
    house = House(data, f"house_{os.getpid()}")
    made = house.say("backup", data / "kept.tar")
    assert made.returncode == 0, made.stderr
    yield house
    house.end()


class TestABackup:
    def test_holds_database_files_and_key_and_only_its_owner_reads_it(self, house: House) -> None:
        kept = house.data / "kept.tar"

        names = {part.name for part in archive.verify(kept)}

        assert names == {"database.dump", "secret_key", "sealing_keys", "files/1/茶壶.png"}
        assert kept.stat().st_mode & 0o077 == 0

    def test_does_not_write_over_another_file(self, house: House) -> None:
        said = house.say("backup", house.data / "kept.tar")

        assert said.returncode == 3
        assert said.stderr.endswith("kept.tar exists already: choose another name.\n")

    def test_restores_everything_as_it_was(self, house: House) -> None:
        key = (house.data / "secret_key").read_text()
        sealing = (house.data / "sealing_keys").read_text()
        with psycopg.connect(house.url) as connection:
            connection.execute("insert into member values ('tom@example.com')")
        (house.data / "files/1/茶壶.png").unlink()
        (house.data / "files/1/new.png").write_bytes(b"later")
        (house.data / "secret_key").write_text("another key")
        (house.data / "sealing_keys").write_text("another key")
        assert house.emails() == ["mei@example.com", "tom@example.com"]

        said = house.say("restore", house.data / "kept.tar", "--replace")

        assert said.returncode == 0, said.stderr
        assert house.emails() == ["mei@example.com"]
        assert [path.name for path in (house.data / "files/1").iterdir()] == ["茶壶.png"]
        assert (house.data / "secret_key").read_text() == key
        assert (house.data / "sealing_keys").read_text() == sealing
        assert (house.data / "secret_key").stat().st_mode & 0o077 == 0
        assert house.databases() == {house.name}
        assert not list(house.data.glob("restore-*"))

    def test_does_not_replace_a_house_unasked(self, house: House) -> None:
        said = house.say("restore", house.data / "kept.tar")

        assert said.returncode == 3
        assert "add --replace" in said.stderr
        assert house.emails() == ["mei@example.com"]

    def test_that_is_damaged_changes_nothing(self, house: House) -> None:
        damaged = house.data / "damaged.tar"
        content = bytearray((house.data / "kept.tar").read_bytes())
        content[content.index(b"PGDMP") + 100] ^= 1
        damaged.write_bytes(content)

        said = house.say("restore", damaged, "--replace")

        assert said.returncode == 3
        assert said.stderr == (
            f"tongxin: {damaged} is not a whole backup of Tongxin (database.dump):"
            " nothing was changed.\n"
        )
        assert house.emails() == ["mei@example.com"]

    def test_is_not_put_under_a_house_that_runs(self, house: House) -> None:
        with psycopg.connect(house.url):
            said = house.say("restore", house.data / "kept.tar", "--replace")

        assert said.returncode == 3
        assert "Other programs use the database" in said.stderr


class TestAnArchive:
    def _made(self, folder: Path, name: str = archive.DUMP) -> Path:
        source = folder / "source"
        source.write_bytes(b"rows" * 100)
        target = folder / "made.tar"
        archive.write(target, {archive.DUMP: source, name: source}, "2026-11-21T12:00:00Z")
        return target

    @pytest.mark.parametrize("left", [0, 10, 600, 2000])
    def test_that_ends_early_is_refused(self, tmp_path: Path, left: int) -> None:
        made = self._made(tmp_path)
        made.write_bytes(made.read_bytes()[:left])

        with pytest.raises(Stop, match="is not a whole backup"):
            archive.verify(made)

    @pytest.mark.parametrize("name", ["/etc/passwd", "../up", "files/../../up", "notes.txt"])
    def test_that_would_write_elsewhere_is_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(Stop, match="is not a whole backup"):
            self._made(tmp_path, name)

        assert not (tmp_path / "made.tar").exists()

    def test_of_another_format_is_refused(self, tmp_path: Path) -> None:
        words = json.dumps({"format": 99, "tongxin": "9.9", "parts": []}).encode()
        with tarfile.open(tmp_path / "other.tar", "w") as tar:
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(words)
            tar.addfile(entry, io.BytesIO(words))

        with pytest.raises(Stop, match=r"made by Tongxin 9\.9, which this one cannot read"):
            archive.verify(tmp_path / "other.tar")

    def test_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(Stop, match="There is no file"):
            archive.verify(tmp_path / "none.tar")


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (5 * 1024**3, "5.0 GB")]
)
def test_a_size_is_said_as_people_say_it(size: int, words: str) -> None:
    assert readable(size) == words


class TestAnOlderServer:
    """What pg_restore 18 says of PostgreSQL 15 and 16, which do not know all that it sets."""

    UNKNOWN = (
        "pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter"
        ' "transaction_timeout"\nCommand was: SET transaction_timeout = 0;\n\n'
    )

    def test_may_know_fewer_parameters(self) -> None:
        assert errors_in(self.UNKNOWN + "pg_restore: warning: errors ignored on restore: 1\n") == []

    def test_is_heard_where_it_lacks_something_else(self) -> None:
        lacks = 'pg_restore: error: could not execute query: ERROR:  type "vector" does not exist'

        assert errors_in(f"{self.UNKNOWN}{lacks}\n") == [lacks]
