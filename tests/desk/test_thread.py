"""The thread beside the list: what it asks of the database."""

import re
from collections import Counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.make.world import World
from tongxin.center.kit.ids import public_id

_MOST = 40


def asked(tea: World, desk: Client) -> list[str]:
    """Return the statements of opening a conversation that waits, once all that is kept is kept."""
    talk = tea.write("壶盖碎了").conversation_id
    path = f"/desk/c/{public_id('conv', talk)}/"
    desk.get(path, headers={"HX-Request": "true"})
    with CaptureQueriesContext(connection) as statements:
        answer = desk.get(path, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return [re.sub(r"\s+", " ", one["sql"]) for one in statements]


def test_nothing_is_asked_twice(tea: World, li: Client) -> None:
    statements = asked(tea, li)

    assert [one for one, many in Counter(statements).items() if many > 1] == []
    assert len(statements) <= _MOST


def test_a_longer_talk_asks_no_more(tea: World, li: Client) -> None:
    few = len(asked(tea, li))
    for _more in range(20):
        tea.write("在吗")
    many = len(asked(tea, li))

    assert few == many


def test_a_message_whose_file_did_not_come_along_is_no_empty_bubble(tea: World, li: Client) -> None:
    talk = tea.write("").conversation_id
    path = f"/desk/c/{public_id('conv', talk)}/"

    page = li.get(path, headers={"HX-Request": "true"}).content.decode()

    assert re.search(r'<div class="body">\s*<span class="muted">\[文件\]</span>', page)
