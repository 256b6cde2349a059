"""A row that is written once and kept reads as if it were written anew."""

import json
from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer

from tests.make.world import NOON, World
from tongxin.center.kit.registry import REGISTRY
from tongxin.faces.developers.rest.writing import Writer, plain
from tongxin.service.conversations.actions import tag
from tongxin.service.conversations.queries import ConversationPage, conversations

pytestmark = pytest.mark.django_db


def test_a_kept_row_reads_as_one_written_anew(tea: World) -> None:
    tea.conversations(3)
    writer = Writer(REGISTRY["conversation.list"])
    anew = SchemaSerializer(plain(TypeAdapter(ConversationPage).core_schema))

    for limit in (2, 50, 2):
        answer = conversations(actor=tea.owner, limit=limit)

        assert writer.write(answer) == anew.to_json(answer)


def test_a_row_that_changed_is_not_the_one_that_was_kept(tea: World) -> None:
    [pk] = tea.conversations(1)
    writer = Writer(REGISTRY["conversation.list"])
    before = writer.write(conversations(actor=tea.owner))

    tag(actor=tea.owner, conversation_ids=[pk], add=["退款"], now=NOON + timedelta(minutes=1))

    after = json.loads(writer.write(conversations(actor=tea.owner)))
    assert json.loads(before)["items"][0]["tags"] == []
    assert after["items"][0]["tags"] == ["退款"]
