"""Fill a workspace with conversations, in minutes: `tongxin bench load --conversations 1000000`.

The rows are what the real actions would have left (one conversation, one message, its search tokens and
its facts each), made by the database from a few thousand distinct sentences. Runs inside the house.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

from django.db import connection  # noqa: E402

from tongxin.center.accounts.models import Workspace  # noqa: E402
from tongxin.center.kit.sql import rows, table  # noqa: E402
from tongxin.center.kit.text import tokens  # noqa: E402
from tongxin.project.bench.words import RARE_WORDS  # noqa: E402
from tongxin.service.channels.models import Inbox  # noqa: E402
from tongxin.service.conversations.actions.indexing import workspace_token  # noqa: E402

_STEP = 20_000
_SENTENCES = 4000
_RARE = 10  # so many messages hold each of the rare words
_OPENINGS = (
    "你好，", "请问", "我想", "麻烦", "在吗？", "昨天", "刚收到的", "Hi, ", "Hello, ", "Could you ",
    "I need ", "我的订单",
)  # fmt: skip
_MIDDLES = (
    "申请退款", "退款什么时候到账",
    "换一个普洱茶饼", "查一下快递", "壶盖碎了能换吗", "发票抬头开错了", "微信支付失败",
    "a refund for my order", "track my parcel", "change the address", "预约周末茶艺课", "紫砂壶怎么开壶",
    "the invoice with VAT", "龙井和页面颜色不一样", "优惠券不能用", "积分怎么换礼品", "杯子尺寸多大", "会员生日礼",
)  # fmt: skip
_ENDINGS = (
    "，谢谢",
    "？",
    "！急",
    ", please.",
    "。",
    "，在线等",
    " thank you",
    "，麻烦尽快",
    "",
    "～",
)
_TEMPORARY = """
CREATE TEMPORARY TABLE sentence AS
SELECT number, text, array_to_tsvector(tokens) AS tokens
FROM json_to_recordset(%s) AS said (number int, text text, tokens text[]);
"""
_PEOPLE = """
WITH person AS (
    INSERT INTO people_person (workspace_id, name, language, met_at)
    SELECT %(workspace)s::bigint, 'Visitor ' || n, '', now() - n * interval '1 second'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n RETURNING id
)
INSERT INTO people_identity (workspace_id, person_id, kind, value, verified_at, proof, known_since)
SELECT %(workspace)s::bigint, id, 'webchat', 'bench-' || id, now(), 'bench', now() FROM person
RETURNING person_id, id
"""
_CONVERSATIONS = """
WITH identity AS (
    SELECT person_id, id, row_number() OVER (ORDER BY id) AS n FROM people_identity
    WHERE id > %(after)s AND workspace_id = %(workspace)s
), begun AS (
    INSERT INTO conversations_conversation (workspace_id, number, inbox_id, person_id, endpoint_id, subject,
        status, is_snoozed, woke, wants_human, waiting_since, unanswered, opened_at, resolved_at,
        last_message_id, last_at, last_text, last_kind, person_got_id, person_seen_id, member_seen_id)
    SELECT %(workspace)s::bigint, %(first)s::bigint - 1 + n, %(inbox)s::bigint, person_id, id, text,
        CASE WHEN n %% 20 = 0 THEN 'new' ELSE 'resolved' END, false, '', false,
        CASE WHEN n %% 20 = 0 THEN at END, CASE WHEN n %% 20 = 0 THEN 1 ELSE 0 END, at,
        CASE WHEN n %% 20 = 0 THEN NULL ELSE at END, 0, at, text, 'in', 0, 0, 0
    FROM (
        SELECT identity.*, sentence.text,
            now() - (%(total)s::bigint - %(first)s::bigint - n + 1) * interval '20 seconds' AS at
        FROM identity JOIN sentence ON sentence.number = (identity.id * 7919 %% %(sentences)s::bigint)::int
    ) talk
    RETURNING id, subject, opened_at, person_id, endpoint_id
), written AS (
    INSERT INTO conversations_message (conversation_id, workspace_id, inbox_id, kind, author, text, file_ids,
        external_id, state, error, sent_at)
    SELECT id, %(workspace)s, %(inbox)s, 'in', 'person:' || person_id, subject, '{}', 'bench:' || id, 'sent', '',
        opened_at
    FROM begun RETURNING id, conversation_id, text
)
INSERT INTO conversations_messageindex (message_id, workspace_id, tokens)
SELECT written.id, %(workspace)s, sentence.tokens
FROM written JOIN sentence ON sentence.text = written.text
"""
_RARELY = """
WITH chosen AS (
    SELECT message_id FROM conversations_messageindex WHERE workspace_id = %s ORDER BY random() LIMIT %s
), said AS (
    UPDATE conversations_message m SET text = m.text || %s FROM chosen WHERE m.id = chosen.message_id
)
UPDATE conversations_messageindex i SET tokens = i.tokens || array_to_tsvector(%s::text[])
FROM chosen WHERE i.message_id = chosen.message_id
"""


def main() -> None:
    """``WORKSPACE_ID CONVERSATIONS``: fill up to so many; prints how many it made."""
    workspace_id, wanted = int(sys.argv[1]), int(sys.argv[2])
    inbox = Inbox.objects.filter(workspace_id=workspace_id).earliest("pk")
    [(there,)] = rows(
        "SELECT count(*) FROM conversations_conversation WHERE workspace_id = %s", [workspace_id]
    )
    if there < wanted:
        _fill(Workspace.objects.get(pk=workspace_id).pk, inbox.pk, there, wanted)
    print(max(0, wanted - there))


def _fill(workspace_id: int, inbox_id: int, there: int, wanted: int) -> None:
    began = time.monotonic()
    rows("SET synchronous_commit = off")
    rows(_TEMPORARY, [table(_sentences(workspace_id))])
    rows("CREATE INDEX ON sentence (text)")
    for first in range(there + 1, wanted + 1, _STEP):
        last = min(first + _STEP - 1, wanted)
        _step(workspace_id, inbox_id, (first, last, wanted))
        _show(last, wanted, time.monotonic() - began)
    for word in RARE_WORDS:
        rows(_RARELY, [workspace_id, _RARE, f" {word}", tokens(word)])
    rows(
        "INSERT INTO conversations_numbering VALUES (%s, %s) ON CONFLICT (workspace_id) "
        "DO UPDATE SET last = greatest(conversations_numbering.last, excluded.last)",
        [workspace_id, wanted],
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sys.stderr.write("\n")


def _step(workspace_id: int, inbox_id: int, span: tuple[int, int, int]) -> None:
    first, last, total = span
    values = {
        "workspace": workspace_id, "inbox": inbox_id, "first": first, "last": last, "total": total,
        "sentences": _SENTENCES,
    }  # fmt: skip
    [(after,)] = rows("SELECT COALESCE(max(id), 0) FROM people_identity")
    rows(_PEOPLE, values)
    rows(_CONVERSATIONS, {**values, "after": after})


def _sentences(workspace_id: int) -> Iterator[dict[str, object]]:
    chance = random.Random(1)  # noqa: S311 - the same load for everybody
    for number in range(_SENTENCES):
        text = (
            f"{chance.choice(_OPENINGS)}{chance.choice(_MIDDLES)}{chance.choice(_ENDINGS)} {number}"
        )
        yield {
            "number": number,
            "text": text,
            "tokens": [workspace_token(workspace_id), *tokens(text)],
        }


def _show(done: int, wanted: int, seconds: float) -> None:
    width = 40
    filled = width * done // wanted
    rate = done / seconds if seconds else 0
    bar = "█" * filled + "·" * (width - filled)
    sys.stderr.write(
        f"\r  {bar} {done:,} / {wanted:,}  {rate:,.0f}/s  {datetime.now(UTC):%H:%M:%S}"
    )
    sys.stderr.flush()


if __name__ == "__main__":
    main()
