"""LINE, as its own library signs, reads and sends."""

import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3.messaging import (
    ApiClient,
    AudioMessage,
    Configuration,
    ImageMessage,
    MessagingApi,
    PushMessageRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
    VideoMessage,
)
from linebot.v3.webhook import SignatureValidator, WebhookParser

from tests.plugins.checks import examples_of, in_its_examples
from tests.plugins.making import PNG, connected, enclosed, going, said
from tests.plugins.standin import Asked, Vendor
from tongxin.center.kit.plugins import manifests
from tongxin.plugins.channel_line.sending import duration
from tongxin.sdk import Address, Channel, Failure, Refused, Unreachable

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"


@pytest.fixture
def service_of_line(service: Vendor) -> Vendor:
    taken: dict[str, Any] = {}

    def answer(asked: Asked) -> Any:
        if asked.headers.get("authorization") != "Bearer t":
            return 401, {"message": "Authentication failed."}
        if asked.path == "/v2/bot/message/push":
            key = asked.headers.get("x-line-retry-key", "")
            status = 409 if key and key in taken else 200
            sent = taken.setdefault(
                key, {"sentMessages": [{"id": str(461230966842064897 + len(taken))}]}
            )
            return status, sent
        known: dict[str, Any] = {
            "/v2/bot/info": {"userId": "U1", "basicId": "@216ru", "displayName": "Tea Shop"},
            "/v2/bot/channel/webhook/endpoint": {},
            "/v2/bot/channel/webhook/test": {"success": True, "statusCode": 200},
            "/v2/bot/chat/loading/start": {},
            "/v2/bot/profile/U1": {"userId": "U1", "displayName": "花子"},
        }
        if asked.path == "/v2/bot/message/354718705033693859/content":
            return 200, PNG, {"content-type": "image/png"}
        if asked.path == "/v2/bot/message/1/content":
            return 202, {}
        return (200, known[asked.path]) if asked.path in known else (404, {"message": "Not found"})

    service.answer = answer
    return service


@pytest.fixture
def library(service_of_line: Vendor) -> Iterator[MessagingApi]:
    configuration = Configuration(host=service_of_line.address, access_token="t")
    with ApiClient(configuration) as client:
        yield MessagingApi(client)
        client.rest_client.pool_manager.clear()


def account(service: Vendor, **more: Any) -> Channel:
    return connected(
        "line", **{"secret": SECRET, "token": "t", "api_base": service.address, **more}
    )


def test_the_library_believes_and_reads_every_example() -> None:
    parser = WebhookParser(SECRET)
    for example in examples_of(manifests()["line"]):
        shown = example.call.headers["x-line-signature"]
        body = example.call.body.decode()
        assert SignatureValidator(SECRET).validate(body, shown)

        theirs = parser.parse(body, shown)

        ours = in_its_examples(manifests()["line"]).hear(example.call).arrivals
        assert len(ours) == len(theirs)
        for mine, event in zip(ours, theirs, strict=True):
            assert mine.sender.value.endswith(event.source.user_id)
            assert round(mine.sent_at.timestamp() * 1000) == event.timestamp
            if (message := getattr(event, "message", None)) is not None:
                assert mine.external_id == message.id
                assert message.type != "text" or mine.text == message.text


def test_the_library_and_we_say_the_same(service_of_line: Vendor, library: MessagingApi) -> None:
    request = PushMessageRequest(to="U1", messages=[TextMessage(text="您好")])
    theirs = library.push_message(request)

    receipt = said(account(service_of_line), going("U1"))

    by_library, by_us = service_of_line.asked
    told = by_library.json()
    assert (told["to"], told["messages"][0]["text"]) == ("U1", "您好")
    assert by_us.json() == {"to": "U1", "messages": [{"type": "text", "text": "您好"}]}
    assert receipt.external_id.isdigit()
    assert theirs.sent_messages[0].id != receipt.external_id


def test_a_repetition_is_the_same_message(service_of_line: Vendor) -> None:
    first, again = (said(account(service_of_line), going("U1")) for _ in range(2))

    assert (again.external_id, again.error) == (first.external_id, "")


def movie(seconds: int, *, is_long: bool = False) -> bytes:
    """Return the head of an MPEG-4 file that plays so long."""
    head = struct.pack(">B3xQQ", 1, 0, 0) if is_long else struct.pack(">B3xII", 0, 0, 0)
    told = head + struct.pack(">IQ" if is_long else ">II", 1000, seconds * 1000)
    inner = struct.pack(">I4s", 8 + len(told), b"mvhd") + told
    moov = struct.pack(">I4s", 8 + len(inner), b"moov") + inner
    return struct.pack(">I4s", 16, b"ftyp") + b"M4A \0\0\0\0" + moov


def test_files_go_by_their_address_as_the_library_says_them(
    service_of_line: Vendor, library: MessagingApi, settings: Any
) -> None:
    settings.ADDRESS = "https://desk.example"
    at, poster = "https://desk.example/files/t/a", "https://desk.example/static/app-512.png"
    kept = f"{at}?30"
    theirs = [
        ImageMessage(originalContentUrl=kept, previewImageUrl=kept),
        VideoMessage(originalContentUrl=kept, previewImageUrl=poster),
        AudioMessage(originalContentUrl=kept, duration=61000),
        TextMessage(text=f"a.pdf\n{kept}"),
        TextMessage(text="您好"),
    ]
    library.push_message(PushMessageRequest(to="U1", messages=theirs))
    files = (
        enclosed(at=at), enclosed("a.mp4", "video/mp4", b"", at), enclosed("a.m4a", "audio/mp4", movie(61), at),
        enclosed("a.pdf", "application/pdf", b"%PDF", at),
    )  # fmt: skip

    said(account(service_of_line), going("U1", files=files))
    said(account(service_of_line), going("U1", files=(*files, *files)))

    by_library, ours, first, second = (one.json() for one in service_of_line.asked)
    assert ours["messages"] == by_library["messages"]
    assert [len(one["messages"]) for one in (first, second)] == [5, 4]
    keys = {one.headers["x-line-retry-key"] for one in service_of_line.asked[2:]}
    assert len(keys) == 2


def test_where_the_house_is_not_public_files_do_not_go(service_of_line: Vendor) -> None:
    receipt = said(account(service_of_line), going("U1", files=(enclosed(),)))

    assert receipt.error == Failure.MEDIA
    assert service_of_line.asked == []


def test_what_line_would_not_fetch_goes_as_a_link(service_of_line: Vendor) -> None:
    said(account(service_of_line), going("U1", "", files=(enclosed(at="http://10.0.0.7/f/a"),)))

    [message] = service_of_line.asked[0].json()["messages"]
    assert message == {"type": "text", "text": "小票.png\nhttp://10.0.0.7/f/a?30"}


@pytest.mark.parametrize("is_long", [False, True])
def test_how_long_a_voice_plays_is_read_from_it(is_long: bool) -> None:
    assert duration(movie(61, is_long=is_long)) == 61000


@given(st.binary(max_size=200), st.integers(0, 60))
def test_what_is_no_voice_plays_for_no_time(junk: bytes, cut: int) -> None:
    assert duration(junk) >= 0
    assert duration(movie(3)[:cut] + junk) >= 0


def test_in_a_group_the_group_is_answered(service_of_line: Vendor) -> None:
    said(account(service_of_line), going("C1:U1"))

    assert service_of_line.asked[0].json()["to"] == "C1"
    [example] = [e for e in examples_of(manifests()["line"]) if e.name == "group"]
    assert not account(service_of_line).hear(example.call).arrivals


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((429, {"message": "You have reached your monthly limit."}), Failure.QUOTA),
        ((429, {"message": "The API rate limit has been exceeded."}), Failure.RATE),
        (
            (400, {"message": "The property, 'to', in the request body is invalid"}),
            Failure.INVALID_RECIPIENT,
        ),
        (
            (
                400,
                {
                    "message": "The request body has 1 error(s)",
                    "details": [{"message": "May not be empty"}],
                },
            ),
            Failure.CONTENT,
        ),
        ((401, {"message": "Authentication failed."}), Failure.AUTH),
        ((500, {"message": "Internal"}), Failure.TRANSIENT),
    ],
)
def test_each_no_has_its_reason(service: Vendor, answer: Any, error: Failure) -> None:
    service.answer = lambda _asked: answer

    assert said(account(service), going("U1")).error == error


def test_files_are_fetched_once_line_is_done_with_them(service_of_line: Vendor) -> None:
    assert account(service_of_line).fetch("354718705033693859").content == PNG
    with pytest.raises(Unreachable):
        account(service_of_line).fetch("1")
    with pytest.raises(Refused, match=r"file\.missing"):
        account(service_of_line).fetch("2")


def test_setting_up_and_trying_out(service_of_line: Vendor) -> None:
    made: Any = account(service_of_line)

    made.set_up("https://desk.example/hooks/0123/")

    asked = service_of_line.asked[0]
    assert (asked.method, json.loads(asked.body)) == (
        "PUT",
        {"endpoint": "https://desk.example/hooks/0123/"},
    )
    assert made.try_out() == "Tea Shop @216ru"
    assert made.introduce(Address("line", "U1")) == (Address("line", "U1", "花子"),)
    with pytest.raises(Refused, match="Authentication failed"):
        account(service_of_line, token="x").try_out()


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [(401, "ERROR_STATUS_CODE", "channel secret"), (0, "COULD_NOT_CONNECT", "COULD_NOT_CONNECT")],
)
def test_a_wrong_secret_is_found_where_line_calls_us(
    service: Vendor, status: int, reason: str, told: str
) -> None:
    tried = {"success": False, "statusCode": status, "reason": reason, "detail": "no"}
    service.answer = lambda asked: (200, tried if asked.path.endswith("/test") else {})
    made: Any = account(service)

    with override("en"), pytest.raises(Refused, match=told):
        made.set_up("https://desk.example/hooks/0123/")


def test_typing_is_shown_as_the_library_shows_it_and_in_groups_not_at_all(
    service_of_line: Vendor, library: MessagingApi
) -> None:
    library.show_loading_animation(ShowLoadingAnimationRequest(chatId="U1", loadingSeconds=5))
    line = account(service_of_line)
    line.typing(Address("line", "U1"))
    line.typing(Address("line", "C1:U1"))

    theirs, ours = service_of_line.asked
    assert ours.path == theirs.path == "/v2/bot/chat/loading/start"
    assert ours.json() == theirs.json()
