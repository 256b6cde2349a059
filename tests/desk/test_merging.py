"""Conversations merged, split and parted at the desk."""

import pytest
from django.test import Client

from tests.make.world import World
from tongxin.center.kit.ids import public_id
from tongxin.service.conversations.models import Conversation, Message, Regrouping


@pytest.fixture
def two(tea: World) -> tuple[str, str]:
    heard = tea.written([("小梅", "壶盖碎了"), ("Tom", "The lid broke")])
    mei, tom = (public_id("conv", r.conversation_id) for r in heard)
    return mei, tom


def test_one_is_found_looked_at_and_merged(li: Client, two: tuple[str, str]) -> None:
    mei, tom = two
    asked = li.get(f"/desk/c/{tom}/merge/").content.decode()
    number = f"#{Conversation.objects.get(person__name='小梅').number}"
    found = li.get(f"/desk/c/{tom}/merge/", {"q": number}).content.decode()
    preview = li.get(f"/desk/c/{tom}/merge/", {"into": mei}).content.decode()
    merged = li.post(f"/desk/c/{tom}/merge/", {"into": mei}).json()

    assert ("merge-find" in asked, "merge-find" in found) == (True, False)
    assert number in found
    assert "cautions" in preview
    assert merged == {"id": mei, "place": f"/desk/all/{mei}/"}
    for place in (f"/desk/c/{tom}/", f"/desk/all/{tom}/", f"/desk/all/{mei}/"):
        shown = li.get(place).content.decode()
        assert f'data-id="{mei}"' in shown
        assert "The lid broke" in shown
        assert "answer-to" in shown
    regrouping = public_id("rgp", Regrouping.objects.get().pk)
    assert regrouping in li.get(f"/desk/c/{mei}/regrouped/").content.decode()
    assert li.post(f"/desk/regroupings/{regrouping}/undo-merge/").status_code == 204
    assert f'data-id="{tom}"' in li.get(f"/desk/c/{tom}/").content.decode()


def test_who_is_answered_is_chosen(li: Client, two: tuple[str, str]) -> None:
    mei, tom = two
    li.post(f"/desk/c/{tom}/merge/", {"into": mei})
    for to, text in ((mei, "好"), (tom, "Sure"), ("", "嗯")):
        li.post(f"/desk/c/{mei}/say/", {"kind": "reply", "text": text, "to": to})

    own = dict(Message.objects.filter(kind="out").values_list("text", "origin__person__name"))
    assert own == {"好": None, "Sure": "Tom", "嗯": None}


def test_words_that_rest_go_to_whom_they_were_written(li: Client, two: tuple[str, str]) -> None:
    mei, tom = two
    li.post(f"/desk/c/{tom}/say/", {"kind": "reply", "text": "Later", "undo": "yes"})
    li.post(f"/desk/c/{tom}/merge/", {"into": mei})
    li.post(f"/desk/c/{mei}/say/", {"kind": "reply", "text": "Soon", "undo": "yes", "to": tom})

    shown = li.get(f"/desk/c/{mei}/talk/").content.decode()
    assert ("Later" in shown, "Soon" in shown) == (True, True)


def test_messages_that_are_picked_are_split_off(
    tea: World, li: Client, two: tuple[str, str]
) -> None:
    mei, _tom = two
    lost = tea.write("杯子没收到")
    picked = {"message": public_id("msg", lost.message_id)}
    own = li.post(f"/desk/c/{mei}/split/", picked).json()
    everything = li.post(
        f"/desk/c/{own['id']}/split/", picked, headers={"accept": "application/json"}
    )
    done = public_id("rgp", Regrouping.objects.get().pk)

    assert f'data-id="{own["id"]}"' in li.get(own["place"]).content.decode()
    assert everything.json()["code"] == "split.all"
    assert li.post(f"/desk/regroupings/{done}/undo-merge/").status_code == 404
    assert li.post(f"/desk/regroupings/{done}/undo-split/").status_code == 204
    assert f'data-id="{mei}"' in li.get(own["place"]).content.decode()
    assert Conversation.objects.filter(merged_into=None).count() == 2


@pytest.mark.parametrize(
    "given", ["", "conv_nothing", "per_0000000000000", "%00", "conv_" + "z" * 13]
)
def test_what_is_no_conversation_is_refused(li: Client, two: tuple[str, str], given: str) -> None:
    for answer in (
        li.post(f"/desk/c/{two[0]}/merge/", {"into": given}),
        li.post(f"/desk/c/{two[0]}/split/", {"message": given}),
        li.post(f"/desk/regroupings/{given or 'x'}/undo-merge/"),
    ):
        assert answer.status_code in {404, 422}
    assert Regrouping.objects.count() == 0
