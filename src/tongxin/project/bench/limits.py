"""What the database alone can do: pgbench with the equivalent of one message, in the same run."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tongxin.project import programs
from tongxin.project.bench import machine
from tongxin.project.speech import Stop

_TABLES = """
CREATE TABLE IF NOT EXISTS limit_conversation (id int PRIMARY KEY, last_at timestamptz, waiting int);
CREATE TABLE IF NOT EXISTS limit_message (id bigserial PRIMARY KEY, conversation_id int, external_id text,
    text text, sent_at timestamptz);
CREATE INDEX IF NOT EXISTS limit_thread ON limit_message (conversation_id, id DESC);
CREATE TABLE IF NOT EXISTS limit_event (id bigserial PRIMARY KEY, subject text, data jsonb, at timestamptz);
TRUNCATE limit_conversation, limit_message, limit_event;
INSERT INTO limit_conversation SELECT n, now(), 0 FROM generate_series(1, 2000) n;
"""
_ONE_MESSAGE = """
\\set c random(1, 2000)
BEGIN;
SELECT last_at FROM limit_conversation WHERE id = :c FOR UPDATE;
INSERT INTO limit_message (conversation_id, external_id, text, sent_at)
    VALUES (:c, md5(random()::text), 'Where is my parcel? Order 20871', now());
INSERT INTO limit_event (subject, data, at) VALUES ('conversation:1', '{"message_id": 1}', now());
UPDATE limit_conversation SET last_at = now(), waiting = waiting + 1 WHERE id = :c;
COMMIT;
"""


@dataclass(frozen=True)
class Limit:
    """What pgbench reached: transactions a second, and the database's own CPU for each (pgbench's not counted)."""

    per_second: float
    milliseconds: float


def one_by_one(url: str, pids: list[int], seconds: int = 6) -> Limit:
    """Return what pgbench reaches with 16 clients and prepared statements; ``pids`` are the database's."""
    ran = programs.ours().run("psql", url, "-q", "-c", _TABLES, url=url)
    if ran.returncode:
        raise Stop(ran.stderr.strip())
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_ONE_MESSAGE)
        script.flush()
        words: list[str | Path] = [
            "-n",
            "-M",
            "prepared",
            "-c",
            "16",
            "-j",
            "2",
            "-T",
            str(seconds),
            "-f",
            Path(script.name),
        ]
        before = machine.cpu_seconds(pids)
        ran = programs.ours().run("pgbench", *words, url, url=url)
        spent = machine.cpu_seconds(pids) - before
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    done = re.search(r"actually processed: (\d+)", ran.stdout)
    if found is None or done is None:
        raise Stop(f"pgbench: {ran.stderr.strip()}")
    return Limit(float(found[1]), spent * 1000 / int(done[1]))
