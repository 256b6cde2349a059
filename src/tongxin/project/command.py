"""The program `tongxin`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tongxin import __version__
from tongxin.project.speech import _, sentences

_ABOUT = """\
Tongxin 同心: a user-service platform that a company runs itself.

environment:
  PORT                  where the pages are (8000); TONGXIN_LIVE_PORT: the sockets (PORT + 1)
  TONGXIN_LISTEN        the address to listen at (127.0.0.1; 0.0.0.0 is everywhere)
  TONGXIN_DATA          the folder with everything worth keeping
  TONGXIN_LMTP          where your mail server hands mail over, as in 127.0.0.1:8024; TONGXIN_SMTP: any server
  TONGXIN_SIP           the file of the gateway for calls by SIP, if `serve` is to run it (docs/howto/channels/sip.md)
  TONGXIN_SEALING_KEYS  the keys that secrets are sealed by, newest first (else kept in TONGXIN_DATA)
  TONGXIN_LIVE_WORKERS  how many processes carry the sockets (one for each core, at most 4; Linux only)
  DATABASE_URL          a PostgreSQL >= 15 of your own instead of the built-in one
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks; anything wrong ends in one sentence."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    with sentences():
        if words[:1] == ["bench"]:  # it has arguments of its own
            _bench(words[1:])
            return
        asked = parser().parse_args(words)
        asked.do(asked)


def parser() -> argparse.ArgumentParser:
    """Return the grammar of the command line."""
    tongxin = argparse.ArgumentParser(
        "tongxin", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    tongxin.add_argument("--version", action="version", version=f"Tongxin {__version__}")
    verbs = tongxin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(verbs, "serve", _("run everything until Ctrl-C: database, web, live, worker"), _serve)
    _add(verbs, "demo", _("the same with a shop full of life to look around in"), _demo)
    verb = _add(verbs, "migrate", _("bring the database's tables up to date"), _migrate)
    verb.add_argument("--demo", action="store_true", help=_("and load the demo workspace"))
    _add(verbs, "doctor", _("look at everything; say what is wrong and what to do"), _doctor)
    verb = _add(verbs, "backup", _("write everything into one verified file"), _backup)
    verb.add_argument("file", type=Path)
    verb = _add(verbs, "restore", _("put such a file in the place of what is here"), _restore)
    verb.add_argument("file", type=Path)
    verb.add_argument("--replace", action="store_true", help=_("even where there is something"))
    verb = _add(verbs, "sip", _("run the gateway for calls by SIP, here or elsewhere"), _sip)
    verb.add_argument("file", type=Path, help=_("what it is told, in TOML"))
    _add_keys_grammar(verbs)
    _add_user_grammar(verbs)
    _add(
        verbs,
        "bench",
        _("measure how fast it is (bench --help says more)"),
        lambda _asked: _bench([]),
    )
    return tongxin


def _add_keys_grammar(verbs: Any) -> None:  # noqa: ANN401 (argparse's types are private)
    keys = _add(
        verbs, "keys", _("change the keys that secrets in the database are sealed by"), _keys
    )
    does = keys.add_subparsers(dest="does", metavar="rotate|reseal", required=True)
    does.add_parser("rotate", help=_("seal everything by a new key; Tongxin must not be running"))
    does.add_parser("reseal", help=_("seal everything by the newest of TONGXIN_SEALING_KEYS"))


def _add_user_grammar(verbs: Any) -> None:  # noqa: ANN401 (as above)
    user = _add(verbs, "user", _("let people in"), _user_add)
    add = user.add_subparsers(metavar="add", required=True).add_parser("add")
    add.add_argument("email")
    add.add_argument("--name", default="")
    add.add_argument("--role", choices=["owner", "admin", "agent"], default="agent")
    add.add_argument("--workspace", default="Tongxin", help=_("its name; a new one is founded"))


def _add(verbs: Any, name: str, summary: str, do: Callable[[argparse.Namespace], None]) -> Any:  # noqa: ANN401 (argparse's types are private)
    verb = verbs.add_parser(name, help=summary, description=summary)
    verb.set_defaults(do=do)
    return verb


def _serve(_asked: argparse.Namespace) -> None:
    from tongxin.project.serving import serve

    serve()


def _demo(_asked: argparse.Namespace) -> None:
    from tongxin.project.serving import serve

    serve(demo=True)


def _migrate(asked: argparse.Namespace) -> None:
    from tongxin.project.holding import database_at_hand
    from tongxin.project.prepare import load_demo, prepare

    with database_at_hand():
        prepare()
        if asked.demo:
            load_demo()


def _doctor(_asked: argparse.Namespace) -> None:
    from tongxin.project.doctor import examine

    sys.exit(not examine())


def _backup(asked: argparse.Namespace) -> None:
    from tongxin.project.backup import backup

    backup(asked.file)


def _restore(asked: argparse.Namespace) -> None:
    from tongxin.project.restore import restore

    restore(asked.file, replace=asked.replace)


def _sip(asked: argparse.Namespace) -> None:
    from tongxin.project import sip

    sip.run(asked.file)


def _keys(asked: argparse.Namespace) -> None:
    from tongxin.project import keys

    (keys.rotate if asked.does == "rotate" else keys.reseal)()


def _user_add(asked: argparse.Namespace) -> None:
    from tongxin.project.holding import database_at_hand
    from tongxin.project.people import add_user
    from tongxin.project.prepare import prepare

    with database_at_hand():
        prepare()
        add_user(email=asked.email, name=asked.name, role=asked.role, workspace=asked.workspace)


def _bench(words: list[str]) -> None:
    from tongxin.project import bench

    bench.main(words)


if __name__ == "__main__":
    main()
