"""The API as machines meet it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.developers.conftest import Api
from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import revoke_tokens
from tongxin.center.accounts.models import Token
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.registry import REGISTRY
from tongxin.faces.developers.rest import credentials
from tongxin.faces.developers.rest.paths import served
from tongxin.faces.developers.rest.routes import by_name, table
from tongxin.service.conversations.models import Conversation, Message

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03"


def told(response: Any) -> Any:
    return json.loads(response.content)


def code(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, told(response)["code"]


class TestAddresses:
    def test_every_name_has_exactly_one(self) -> None:
        routes = [route for methods in table().values() for route in methods.values()]

        assert sorted(r.name for r in routes) == sorted(
            name for name, entry in REGISTRY.items() if served(entry)
        )

    @pytest.mark.parametrize(
        ("name", "method", "path"),
        [
            ("conversation.list", "GET", "/conversations"),
            ("conversation.get", "GET", "/conversations/{conversation_id}"),
            ("conversation.resolve", "POST", "/conversations/resolve"),
            ("person.timeline", "GET", "/people/{person_id}/timeline"),
            ("inbox.create_key", "POST", "/inboxes/{inbox_id}/create-key"),
            ("workspace.get", "GET", "/workspace"),
        ],
    )
    def test_they_follow_the_rule(self, name: str, method: str, path: str) -> None:
        place = by_name()[name].place

        assert (place.method, place.path) == (method, path)

    def test_what_people_do_for_themselves_is_not_served(self) -> None:
        assert "conversation.rate" not in by_name()

    def test_an_unknown_one_is_a_problem_not_a_page(self, api: Api) -> None:
        assert code(api.get("/teapots")) == (404, "path.unknown")
        assert code(api.get("/")) == (404, "path.unknown")
        assert code(api.get("/conversations/a/b/c")) == (404, "path.unknown")

    def test_another_method_is_told_the_right_one(self, api: Api) -> None:
        response = api.post("/conversations", {})

        assert code(response) == (405, "method.not_allowed")
        assert response["Allow"] == "GET"


class TestAnswers:
    def test_ids_are_opaque_and_times_have_milliseconds_in_utc(self, api: Api, tea: World) -> None:
        heard = tea.write("壶盖碎了")

        [row] = told(api.get("/conversations"))["items"]

        assert row["id"] == public_id("conv", heard.conversation_id)
        assert row["last_at"] == "2026-11-21T04:00:00.000Z"
        assert row["person_name"] == "小梅"

    def test_no_number_of_ours_leaks(self, api: Api, tea: World) -> None:
        heard = tea.write("壶盖碎了")
        conversation = public_id("conv", heard.conversation_id)
        api.post("/conversations/assign", {
            "conversation_ids": [conversation], "member_id": public_id("mem", tea.owner.id),
        })  # fmt: skip

        thread = told(api.get(f"/conversations/{conversation}"))

        [assigned] = [fact for fact in thread["facts"] if fact["kind"] == "conversation.assigned"]
        assert assigned["subject"] == conversation
        assert assigned["data"]["conversation_id"] == conversation
        assert assigned["data"]["member_id"] == public_id("mem", tea.owner.id)
        assert thread["messages"][0]["author"] == public_id("per", heard.person_id)

    def test_pages_join_without_a_gap_or_a_double(self, api: Api, tea: World) -> None:
        everything = set(tea.conversations(7))
        seen: list[str] = []
        cursor = ""

        for _page in range(4):
            page = told(api.get(f"/conversations?limit=2{cursor}"))
            seen += [row["id"] for row in page["items"]]
            tea.write("新来的", by=f"late {_page}")
            cursor = f"&cursor={page['next_cursor']}"

        assert len(seen) == len(set(seen))
        assert {public_id("conv", pk) for pk in everything} <= {*seen, *_rest(api, cursor)}

    @pytest.mark.parametrize("path", ["/people", "/messages/search?text=壶盖"])
    def test_other_lists_have_pages_too(self, api: Api, tea: World, path: str) -> None:
        from tongxin.service.conversations.actions import index

        tea.conversations(3)
        index(message_ids=list(Message.objects.values_list("pk", flat=True)))
        sign = "&" if "?" in path else "?"

        first = told(api.get(f"{path}{sign}limit=2"))
        rest = told(api.get(f"{path}{sign}limit=2&cursor={first['next_cursor']}"))

        assert len(first["items"]) == 2
        assert len(rest["items"]) == 1
        assert rest["next_cursor"] is None

    def test_a_timeline_has_pages(self, api: Api, tea: World) -> None:
        person = public_id("per", tea.write("一").person_id)
        tea.write("二")
        path = f"/people/{person}/timeline?limit=2&kinds=message.received&kinds=person.met"

        first = told(api.get(path))
        rest = told(api.get(f"{path}&cursor={first['next_cursor']}"))

        kinds = [event["kind"] for event in [*first["items"], *rest["items"]]]
        assert sorted(kinds) == ["message.received", "message.received", "person.met"]

    def test_a_list_may_be_asked_for_by_head(self, api: Api) -> None:
        response = api.client.head("/api/v1/tags", headers={"Authorization": f"Bearer {api.token}"})

        assert (response.status_code, response.content) == (200, b"")

    def test_every_answer_carries_the_headers(self, api: Api) -> None:
        response = api.get("/tags")

        assert response["Api-Version"]
        assert response["RateLimit-Limit"] == "600"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers


def _rest(api: Api, cursor: str) -> list[str]:
    if cursor.endswith("None"):
        return []
    return [row["id"] for row in told(api.get(f"/conversations?limit=100{cursor}"))["items"]]


class TestCallers:
    def test_nobody_gets_in_without_a_token(self, client: Client) -> None:
        response = client.get("/api/v1/conversations")

        assert code(response) == (401, "token.unknown")
        assert response["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        "shown", ["Bearer txn_x", "Basic eDp5", "Bearer", "Bearer " + "x" * 9000]
    )
    def test_a_wrong_token_is_no_token(self, client: Client, shown: str) -> None:
        response = client.get("/api/v1/tags", headers={"Authorization": shown})

        assert response.status_code == 401

    def test_a_revoked_token_is_worthless_at_once(self, api: Api, tea: World) -> None:
        token = Token.objects.latest("pk")
        revoke_tokens(actor=tea.owner, token_ids=[token.pk], now=NOON)

        assert api.get("/tags").status_code == 401

    def test_scopes_bound_what_it_may_do(self, client: Client, tea: World) -> None:
        api = Api(client, tea.token("inbox.read"))

        assert api.get("/inboxes").status_code == 200
        assert code(api.get("/conversations")) == (403, "forbidden")

    def test_another_workspace_is_as_unknown_as_nothing(self, api: Api) -> None:
        theirs = world("Another").write("Hi").conversation_id

        strange = api.get(f"/conversations/{public_id('conv', theirs)}")
        nothing = api.get(f"/conversations/{public_id('conv', 10**12)}")

        assert code(strange) == code(nothing) == (404, "conversation.missing")
        assert strange.content == nothing.content

    def test_a_machine_does_not_write_as_the_member_with_its_number(
        self, api: Api, tea: World
    ) -> None:
        conversation = public_id("conv", tea.write("你好").conversation_id)

        assert code(api.post("/presences/set", {"state": "online"})) == (403, "actor.member")
        body = {"conversation_id": conversation, "text": "x"}
        assert code(api.post("/drafts/save", body)) == (403, "actor.member")

    def test_refusals_speak_the_language_of_the_caller(self, api: Api) -> None:
        chinese = told(api.get("/teapots", Accept_Language="zh-CN,zh;q=0.9"))
        english = told(api.get("/teapots", Accept_Language="en"))

        assert chinese["code"] == english["code"]
        assert english["detail"].startswith("There is nothing")

    def test_too_many_requests_are_told_when_to_come_back(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(credentials, "SIZE", 6)

        good = api.get("/messages/search?text=壶")
        late = api.get("/messages/search?text=壶")

        assert (good.status_code, good["RateLimit-Remaining"]) == (200, "1")
        assert code(late) == (429, "rate.limited")
        assert int(late["Retry-After"]) >= 1
        assert late["RateLimit-Limit"] == "6"


class TestBadRequests:
    @pytest.mark.parametrize(
        "body",
        [
            b"{", b"\xff\xfe", b'{"text": "\\u0000"}', b'{"text": "\\ud800"}', b"nonsense",
            b'{"conversation_ids": [], "text": "a\\u0000b"}', b"[" * 100_000,
        ],
    )  # fmt: skip
    def test_what_is_no_json_is_unreadable(self, api: Api, body: bytes) -> None:
        assert code(api.post("/conversations/reply", body)) == (400, "request.unreadable")

    @pytest.mark.parametrize("query", ["text=%00", "text=%ff", "text=a&%00=b"])
    def test_what_is_no_text_is_unreadable(self, api: Api, query: str) -> None:
        assert code(api.get(f"/messages/search?{query}")) == (400, "request.unreadable")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "conversation_ids"),
            ({"conversation_ids": "conv_1"}, "conversation_ids"),
            ({"conversation_ids": [1]}, "conversation_ids.0"),
            ({"conversation_ids": ["per_5gmfm5mac92r0"]}, "conversation_ids.0"),
            ({"conversation_ids": [], "until": "tomorrow"}, "until"),
            ({"conversation_ids": [], "until": 1}, "until"),
            ({"conversation_ids": [], "until": "2026-11-22T12:00:00"}, "until"),
            ({"conversation_ids": [], "until": "9999-12-31T23:59:59-23:59"}, "until"),
            ({"conversation_ids": [], "until": None, "by": "me"}, "by"),
            ({"conversation_ids": ["conv_5gmfm5mac92r0"] * 501, "until": None}, "conversation_ids"),
        ],
    )
    def test_a_wrong_form_says_where(self, api: Api, body: object, field: str) -> None:
        response = api.post("/conversations/snooze", body)

        assert code(response) == (422, "request.invalid")
        assert field in [error["field"] for error in told(response)["errors"]]

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "view=none", "teapot=1"])
    def test_so_does_a_wrong_question(self, api: Api, query: str) -> None:
        assert code(api.get(f"/conversations?{query}")) == (422, "request.invalid")

    @pytest.mark.parametrize(
        "cursor", ["x", "", "cur_5gmfm5mac92r0", "cur_zzzzzzzzzzzzz.cur_zzzzzzzzzzzzz"]
    )
    def test_a_made_up_cursor_is_refused(self, api: Api, cursor: str) -> None:
        assert code(api.get(f"/conversations?cursor={cursor}")) == (422, "cursor.invalid")

    def test_an_ill_formed_id_in_the_path_is_unknown(self, api: Api) -> None:
        assert code(api.get("/conversations/42")) == (404, "id.unknown")

    def test_a_body_may_have_a_megabyte(self, api: Api) -> None:
        assert code(api.post("/conversations/reply", b"x" * 1_048_577)) == (
            413,
            "request.too_large",
        )

    def test_a_body_is_json(self, api: Api) -> None:
        response = api.client.post(
            "/api/v1/conversations/reply", "a=1", content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Bearer {api.token}"},
        )  # fmt: skip

        assert code(response) == (415, "request.type")

    def test_an_answer_is_json(self, api: Api) -> None:
        assert code(api.get("/tags", Accept="text/html")) == (406, "answer.type")


MEMBERS_ONLY = {
    "desk.arrange", "draft.save", "held.set_undo", "message.edit",
    "message.recall", "notice.choose", "notice.read", "notice.read_about",
    "notice.subscribe", "notice.unsubscribe", "presence.set", "token.create",
    "view.pin",
}  # fmt: skip


class TestRepeating:
    def reply(self, tea: World) -> dict[str, Any]:
        conversation = tea.write("你好").conversation_id
        return {"conversation_ids": [public_id("conv", conversation)], "text": "您好"}

    def test_the_same_key_has_one_effect_and_one_answer(self, api: Api, tea: World) -> None:
        body = self.reply(tea)

        first = api.post("/conversations/reply", body, Idempotency_Key="r-1")
        again = api.post("/conversations/reply", body, Idempotency_Key="r-1")

        assert first.content == again.content
        assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
        assert Message.objects.filter(kind="out").count() == 1

    def test_the_same_key_with_another_body_is_refused(self, api: Api, tea: World) -> None:
        body = self.reply(tea)
        api.post("/conversations/reply", body, Idempotency_Key="r-1")

        other = api.post("/conversations/reply", body | {"text": "?"}, Idempotency_Key="r-1")

        assert code(other) == (422, "idempotency.key_reused")

    def test_a_failure_is_not_remembered(self, api: Api, tea: World) -> None:
        body = self.reply(tea)
        api.post("/conversations/reply", body | {"text": ""}, Idempotency_Key="r-1")

        assert api.post("/conversations/reply", body, Idempotency_Key="r-1").status_code == 200

    def test_another_address_or_token_may_use_the_key_again(self, api: Api, tea: World) -> None:
        body = self.reply(tea)
        other = Api(api.client, tea.token())

        for caller, path in [
            (api, "/conversations/reply"),
            (api, "/conversations/note"),
            (other, "/conversations/note"),
        ]:
            assert "Idempotent-Replayed" not in caller.post(path, body, Idempotency_Key="k").headers

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_a_key_has_1_to_255_characters(self, api: Api, tea: World, key: str) -> None:
        response = api.post("/conversations/reply", self.reply(tea), Idempotency_Key=key)

        assert code(response) == (422, "idempotency.key_invalid")

    @pytest.mark.parametrize(
        "name", sorted(n for n, r in by_name().items() if r.place.method == "POST")
    )
    def test_every_post_is_replayed(self, name: str, api: Api, tea: World) -> None:
        from tests.developers.calling import request_for

        path, body = request_for(name, tea)
        if name in MEMBERS_ONLY:
            pytest.skip("members only")

        first = api.post(path, body, Idempotency_Key="once")
        again = api.post(path, body, Idempotency_Key="once")
        other = api.post(path, body | {"unknown": 1}, Idempotency_Key="once")

        assert first.status_code == 200, first.content
        assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
        assert other.status_code == 422


class TestEdits:
    BODY = {"name": "Tea", "language": "en", "time_zone": "UTC"}

    def test_an_edit_of_what_was_read_goes_through_once(self, api: Api) -> None:
        tag = api.get("/workspace")["ETag"]

        good = api.post("/workspace/change", self.BODY, If_Match=tag)
        late = api.post("/workspace/change", self.BODY | {"name": "Coffee"}, If_Match=tag)

        assert good.status_code == 200
        assert code(late) == (412, "edit.conflict")
        assert told(api.get("/workspace"))["name"] == "Tea"

    def test_what_one_has_is_not_sent_again(self, api: Api) -> None:
        response = api.get("/workspace", If_None_Match=api.get("/workspace")["ETag"])

        assert (response.status_code, response.content) == (304, b"")

    def test_a_person_and_an_inbox_are_edited_the_same_way(self, api: Api, tea: World) -> None:
        person = public_id("per", tea.write("你好").person_id)
        tag = api.get(f"/people/{person}")["ETag"]
        body = {"person_ids": [person], "name": "周女士"}

        assert api.post("/people/change", body, If_Match='"old"').status_code == 412
        assert api.post("/people/change", body, If_Match=tag).status_code == 200
        inbox = public_id("inb", tea.inbox_id)
        settings: dict[str, Any] = {"name": "门店", "settings": {}}
        assert api.post(f"/inboxes/{inbox}/change", settings, If_Match="*").status_code == 200


class TestFiles:
    def test_a_picture_is_kept_and_given_back(self, api: Api, tea: World) -> None:
        picture = SimpleUploadedFile("壶盖.png", PNG, "image/png")
        headers = {"Authorization": f"Bearer {api.token}"}

        kept = api.client.post("/api/v1/files", {"file": picture}, headers=headers)
        given = api.get(f"/files/{told(kept)['id']}")

        assert (kept.status_code, told(kept)["content_type"]) == (201, "image/png")
        assert given.content == PNG
        assert given["Content-Disposition"].startswith("attachment")

    def test_its_bytes_may_be_the_body(self, api: Api) -> None:
        response = api.client.post(
            "/api/v1/files", b"hello", content_type="application/octet-stream",
            headers={"Authorization": f"Bearer {api.token}", "X-File-Name": "%E8%AE%A2%E5%8D%95.txt"},
        )  # fmt: skip

        assert told(response)["name"] == "订单.txt"

    def test_a_strange_one_is_refused(self, api: Api) -> None:
        headers = {"Authorization": f"Bearer {api.token}"}
        virus = SimpleUploadedFile("a.exe", b"MZ")

        refused = api.client.post("/api/v1/files", {"file": virus}, headers=headers)
        nothing = api.client.post("/api/v1/files", {}, headers=headers)

        assert code(refused) == (422, "file.type")
        assert code(nothing) == (422, "file.missing")
        assert code(api.get("/files/1")) == (404, "file.unknown")


def test_a_broken_verb_is_a_problem_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_arguments: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setitem(vars(by_name()["tag.list"].writer), "_dump", broken)

    response = api.get("/tags")

    assert code(response) == (500, "broken")
    assert b"secret" not in response.content


def test_a_conversation_is_begun_and_answered(api: Api, tea: World) -> None:
    body = {
        "inbox_id": public_id("inb", tea.inbox_id),
        "address": {"kind": "webchat", "value": "v1", "name": "Tom"},
        "text": "Your order is on its way.",
    }

    begun = told(api.post("/conversations/start", body))
    said = told(
        api.post(
            "/conversations/reply", {"conversation_ids": [begun["conversation_id"]], "text": "…"}
        )
    )

    assert len(said["items"]) == 1
    assert Conversation.objects.get().status == "waiting"
