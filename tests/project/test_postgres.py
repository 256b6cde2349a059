import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest
from tests.project.conftest import QUICK, ask

from tongxin.project import processes
from tongxin.project.holding import Held, holding
from tongxin.project.postgres import Server, answers
from tongxin.project.speech import Stop

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as others")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestTheEmbeddedServer:
    def test_starts_stops_and_keeps_its_rows(self, server: Server) -> None:
        server.start()
        ask(server, "create table cup as select '白瓷' as name")

        server.stop()
        assert not answers(server.place)

        server.start()
        assert ask(server, "select name from cup") == "白瓷"

    def test_is_reached_by_its_private_socket_with_a_password_only(self, server: Server) -> None:
        server.start()

        assert ask(server, "show listen_addresses") == ""
        assert (
            ask(
                server,
                "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'",
            )
            == 0
        )
        assert mode(server.place.run) == mode(server.place.rows) == 0o700
        assert mode(server.place.password) == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.place.url, password="guessed")

    def test_speaks_utf8_and_knows_chinese_trigrams(self, server: Server) -> None:
        server.start()
        ask(server, "create extension pg_trgm")

        assert (
            ask(server, "select datlocale from pg_database where datname = 'template1'")
            == "C.UTF-8"
        )
        assert ask(server, "select lower('ÀÉ')") == "àé"
        assert ask(server, "select cardinality(show_trgm('如何退货'))") == 5

    def test_comes_back_after_kill_9_with_all_that_was_committed(self, server: Server) -> None:
        server.start()
        ask(server, "create table cup as select 7 as number")
        assert server.process
        os.kill(server.process.pid, signal.SIGKILL)  # a zombie now: nobody has waited for it

        another = Server(server.place.data, QUICK)
        another.start()
        try:
            assert ask(another, "select number from cup") == 7
        finally:
            another.stop()

    def test_is_not_stopped_by_a_pid_file_that_names_a_stranger(self, server: Server) -> None:
        server.start()
        pid_file = server.place.rows / "postmaster.pid"
        words = pid_file.read_text()
        server.stop()
        pid_file.write_text(words.replace(words.split()[0], str(os.getppid()), 1))
        if server.account:
            os.chown(pid_file, server.account.uid, server.account.gid)

        server.start()

        assert ask(server, "select 1") == 1

    def test_takes_over_from_one_whose_supervisor_is_gone(self, server: Server) -> None:
        server.start()
        left = server.process

        another = Server(server.place.data, QUICK)
        another.start()
        try:
            assert left
            assert processes.gone(left, 1)
            assert ask(another, "select 1") == 1
        finally:
            another.stop()

    def test_has_a_short_socket_where_the_data_folder_is_deep(self, data: Path) -> None:
        server = Server(data / ("深" * 40), QUICK)
        server.start()
        try:
            assert ask(server, "select 1") == 1
            assert mode(server.place.run) == 0o700
        finally:
            server.stop()
            server.place.run.rmdir()

    def test_says_in_one_sentence_that_its_rows_are_broken(self, server: Server) -> None:
        server.start()
        server.stop()
        (server.place.rows / "global/pg_control").write_bytes(b"")

        with pytest.raises(Stop, match=r"does not start .*pg_control"):
            server.start()

    def test_says_that_its_password_is_missing(self, server: Server) -> None:
        server.start()
        server.stop()
        server.place.password.unlink()

        with pytest.raises(Stop, match="database_password is missing"):
            server.start()

    def test_leaves_nothing_half_made(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Server, "_initdb", lambda *_: ["--no-such-option"])

        with pytest.raises(Stop):
            server.start()

        assert not server.place.rows.exists()
        assert not list(server.place.run.iterdir())


@as_root
class TestAsRoot:
    def test_runs_as_an_unprivileged_user(self, server: Server) -> None:
        server.start()

        assert server.process
        assert server.account
        owner = Path(f"/proc/{server.process.pid}").stat().st_uid
        assert owner == server.account.uid != 0

    def test_changes_no_right_of_what_it_did_not_make(self, server: Server, data: Path) -> None:
        kept = data / "kept"
        kept.mkdir(mode=0o750)
        before = [(path.stat().st_mode, path.stat().st_uid) for path in (*data.parents, data, kept)]

        server.start()

        after = [(path.stat().st_mode, path.stat().st_uid) for path in (*data.parents, data, kept)]
        assert after == before

    def test_says_which_folder_bars_the_way(self, data: Path) -> None:
        closed = data / "closed"
        closed.mkdir(mode=0o700)

        with pytest.raises(Stop, match=rf"may not pass through {closed}: run `chmod o"):
            Server(closed / "data", QUICK).start()

        assert mode(closed) == 0o700


class TestTheDataFolder:
    def test_is_held_by_one_program_at_a_time(self, data: Path) -> None:
        with holding(data), pytest.raises(Held) as held, holding(data):
            pass

        assert str(held.value.stop()) == (
            f"Tongxin runs on {data} already (process {os.getpid()}): end it or set TONGXIN_DATA."
        )

    def test_is_free_again_afterwards(self, data: Path) -> None:
        with holding(data):
            pass

        with holding(data):
            pass
