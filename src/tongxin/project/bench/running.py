"""Open the house, measure, and tell."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from tongxin.project.bench import browser, limits, machine, pages, post, wire
from tongxin.project.bench import house as houses
from tongxin.project.bench.figures import Figure, at_most
from tongxin.project.bench.house import House

_IDLE = 5


def main(words: Sequence[str]) -> int:
    """``[--json] [--only PART]`` measures; ``load --conversations N`` fills the database before."""
    asked = _parser().parse_args(words)
    house = houses.opened()
    try:
        if asked.what == "load":
            load(house, "large", asked.conversations)
            return 0
        told = [_tell(figure, as_json=asked.json) for figure in measure(house, asked.only)]
        return 0 if all(told) else 1
    finally:
        house.close()


def measure(house: House, only: str = "") -> Iterator[Figure]:
    """Yield every figure, or those of one part."""
    for name, part in PARTS.items():
        if only in {"", name}:
            yield from part(house)


def load(house: House, size: str, conversations: int) -> None:
    """Fill a workspace up to so many conversations (a progress bar on stderr)."""
    command = [sys.executable, "-m", "tongxin.project.bench.filling"]
    subprocess.run(
        [*command, str(house.keys[size]["workspace_id"]), str(conversations)],
        env=dict(house.environment), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _start(house: House) -> Iterator[Figure]:
    yield at_most("tongxin serve on a warm directory to first page", house.seconds_to_page, "s", 3)


def _idle(house: House) -> Iterator[Figure]:
    time.sleep(_IDLE)
    memory = machine.pss_megabytes(house.pids)
    yield at_most("whole product idle: PSS of postgres, web, live, worker", memory, "MB", 400)


def _intake(house: House) -> Iterator[Figure]:
    database = house.pids_of("postgres")
    limit = limits.one_by_one(house.environment["DATABASE_URL"], database)
    yield from wire.intake(house, limit)


def _lists(house: House) -> Iterator[Figure]:
    load(house, "small", pages.SMALL)
    load(house, "large", pages.LARGE)
    yield from pages.lists(house)


def _search(house: House) -> Iterator[Figure]:
    load(house, "large", pages.LARGE)
    yield from pages.search(house)


def _switching(house: House) -> Iterator[Figure]:
    load(house, "large", pages.LARGE)
    yield from browser.switching(house)


PARTS: dict[str, Callable[[House], Iterator[Figure]]] = {
    "start": _start,
    "idle": _idle,
    "intake": _intake,
    "sockets": wire.sockets,
    "mail": post.mail,
    "writes": pages.writes,
    "lists": _lists,
    "search": _search,
    "switching": _switching,
}


def _tell(figure: Figure, *, as_json: bool) -> bool:
    print(figure.json() if as_json else figure.line(), flush=True)
    return figure.met


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tongxin bench", description="Measure what Tongxin promises."
    )
    parser.add_argument("what", nargs="?", choices=["load"], help="only fill the database for it")
    parser.add_argument(
        "--conversations", type=int, default=pages.LARGE, help="how many (default 1,000,000)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--only", choices=list(PARTS), default="", help="measure one part")
    return parser
