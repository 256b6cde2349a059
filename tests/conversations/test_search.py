"""Find what was said: two Chinese characters, parts of English words."""

from importlib import import_module

import pytest

from tests.make.plans import explained
from tests.make.world import World, world
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.actions import index
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.queries import search

SAID = [
    "我想退款，壶盖碎了",
    "退货还是退款？",
    "退了再说，款式不错",
    "Where is my refund for order 12345?",
    "Refunds take two days",
    "I would like an UNREFUNDABLE ticket",
    "ＡＢＣ 全角",
    "杯子 cup 杯",
    "表情 👍",
]
MODULE = import_module("tongxin.service.conversations.queries.search")


@pytest.fixture
def told(tea: World) -> World:
    """The shop after people have said all this, and it can be found."""
    tea.written([(f"visitor {n}", text) for n, text in enumerate(SAID)])
    index(message_ids=list(Message.objects.values_list("pk", flat=True)))
    return tea


def found(tea: World, text: str) -> list[str]:
    """Return what is found, oldest first."""
    ids = [hit.message_id for hit in search(actor=tea.owner, text=text)]
    assert ids == sorted(ids, reverse=True)
    return list(Message.objects.filter(pk__in=ids).order_by("pk").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("退款", [0, 1]),
        ("退", [0, 1, 2]),
        ("款式", [2]),
        ("退款 壶盖", [0]),
        ("refund", [3, 4, 5]),
        ("REFUND", [3, 4, 5]),
        ("fund", [3, 4, 5]),
        ("unref", [5]),
        ("234", [3]),
        ("my refund", [3]),
        ("abc", [6]),
        ("ａｂｃ", [6]),
        ("杯 cup", [7]),
        ("is", [3]),
        ("退换", []),
        ("xyz", []),
        ("👍", []),
        ("", []),
        ("' | '", []),
    ],
)
def test_it_finds(told: World, text: str, which: list[int]) -> None:
    assert found(told, text) == [SAID[n] for n in which]


@pytest.mark.parametrize("text", ["退款", "refund", "is", "退 壶", "nothing like that"])
def test_the_way_for_common_words_and_the_way_for_rare_ones_agree(
    told: World, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "_COMMON", -1)
    as_if_common = found(told, text)
    monkeypatch.setattr(MODULE, "_COMMON", 10**12)
    as_if_rare = found(told, text)

    assert as_if_common == as_if_rare


@pytest.mark.parametrize("common", [-1, 10**12])
def test_pages_follow_each_other_without_a_gap(
    tea: World, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "_COMMON", common)
    # every second one has the trigrams of "abcde" without the word, so it is a candidate only
    texts = ["abcde" if n % 2 else "abc bcd cde" for n in range(40)]
    tea.written([(f"visitor {n}", text) for n, text in enumerate(texts)])
    index(message_ids=list(Message.objects.values_list("pk", flat=True)))

    pages = [search(actor=tea.owner, text="abcde", limit=3)]
    while pages[-1].next_cursor is not None:
        pages.append(search(actor=tea.owner, text="abcde", limit=3, cursor=pages[-1].next_cursor))

    ids = [hit.message_id for page in pages for hit in page]
    expected = Message.objects.filter(text="abcde").order_by("-pk").values_list("pk", flat=True)
    assert ids == list(expected)
    assert all(len(page) <= 3 for page in pages)


def test_other_workspaces_find_nothing_of_it(told: World) -> None:
    other = world("Leaf & Kettle")
    other.write("退款 refund")
    index(message_ids=list(Message.objects.values_list("pk", flat=True)))

    assert found(other, "退款") == found(other, "refund") == ["退款 refund"]
    assert "退款 refund" not in found(told, "退款")


FILL = """
WITH said AS (
    INSERT INTO conversations_message
        (conversation_id, workspace_id, inbox_id, kind, author, text, file_ids, external_id, state, error, sent_at)
    SELECT conversation_id, workspace_id, inbox_id, kind, author, text, file_ids, 'more ' || n, state, error, sent_at
    FROM conversations_message, generate_series(1, 20000) n WHERE id = %s
    RETURNING id, workspace_id
)
INSERT INTO conversations_messageindex (message_id, workspace_id, tokens)
SELECT said.id, said.workspace_id, i.tokens FROM said, conversations_messageindex i WHERE i.message_id = %s
"""


def test_the_walk_is_through_one_s_own_messages_only(
    told: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where most are of one workspace, PostgreSQL walked those of all, however many newer ones others had."""
    monkeypatch.setattr(MODULE, "_COMMON", -1)
    refund = Message.objects.get(text=SAID[3]).pk
    rows(FILL, [refund, refund])
    rows("ANALYZE conversations_messageindex")

    with explained() as plans:
        assert len(search(actor=told.owner, text="refund", limit=20)) == 20
    assert "Index Scan Backward using message_tokens_newest" in plans[0]


def test_a_snippet_shows_the_word_and_what_is_around_it(tea: World) -> None:
    tea.write("前" * 60 + "\n退款\n" + "后" * 100)
    index(message_ids=list(Message.objects.values_list("pk", flat=True)))

    [hit] = search(actor=tea.owner, text="退款")

    assert hit.snippet.startswith("…前")
    assert "前 退款 后" in hit.snippet
    assert hit.snippet.endswith("后…")
    assert len(hit.snippet) <= 82


def test_putting_in_the_index_twice_changes_nothing(told: World) -> None:
    index(message_ids=list(Message.objects.values_list("pk", flat=True)))

    assert len(found(told, "退款")) == 2
