"""A Telegram bot; python-telegram-bot keeps the stand-in, and our examples, true to Telegram."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import telegram
from telegram.request import HTTPXRequest

from tests.make import loops
from tests.plugins.botapi import TOKEN, BotApi
from tests.plugins.checks import examples_of
from tests.plugins.making import PNG, called, connected, enclosed, going, said
from tests.plugins.standin import Vendor
from tongxin.center.kit.plugins import manifests
from tongxin.sdk import Address, Channel, Receipt, Refused, Unreachable


@pytest.fixture
def api(service: Vendor) -> BotApi:
    service.answer = made = BotApi()
    return made


def bot(service: Vendor, **settings: Any) -> Channel:
    return connected("telegram", token=TOKEN, api_base=service.address, **settings)


def driven(service: Vendor, asking: Callable[[telegram.Bot], Awaitable[Any]]) -> Any:
    """Return what the library gets from the stand-in."""

    async def run() -> Any:
        async with telegram.Bot(
            TOKEN, base_url=f"{service.address}/bot", base_file_url=f"{service.address}/file/bot",
            request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        ) as library:  # fmt: skip
            return await asking(library)

    return loops.run(run())


def update(number: int, text: str = "hi") -> dict[str, Any]:
    chat = {"id": 5, "type": "private", "first_name": "Tom"}
    sender = {"id": 5, "is_bot": False, "first_name": "Tom"}
    message = {"message_id": number, "date": 1441645532, "chat": chat, "from": sender, "text": text}
    return {"update_id": number, "message": message}


def test_the_library_reads_every_example_as_telegram_s() -> None:
    for example in examples_of(manifests()["telegram"]):
        raw = json.loads(example.call.body)
        read = telegram.Update.de_json(raw, bot=None)

        assert set(read.to_dict()) == set(raw), example.name


def test_the_stand_in_speaks_as_the_library_expects(service: Vendor, api: BotApi) -> None:
    api.updates = [update(1), update(2)]

    assert driven(service, lambda b: b.get_me()).username == "shop_bot"
    assert [u.update_id for u in driven(service, lambda b: b.get_updates(offset=2))] == [2]
    assert driven(service, lambda b: b.send_message(5, "您好")).text == "您好"
    assert driven(service, lambda b: b.send_photo(5, PNG, caption="小票")).caption == "小票"
    with pytest.raises(telegram.error.BadRequest):
        driven(service, lambda b: b.send_message(404, "您好"))


def test_what_the_library_sends_and_we_send_is_the_same(service: Vendor, api: BotApi) -> None:
    driven(service, lambda b: b.send_message(5, "您好"))
    driven(service, lambda b: b.send_photo(5, PNG, caption="小票", filename="小票.png"))

    receipt = said(bot(service), going("5"))
    said(bot(service), going("5", "小票", files=(enclosed(),)))

    theirs, ours = api.sent[:2], api.sent[2:]
    assert [{n: str(v) for n, v in one.items()} for one in ours] == [
        {n: str(v) for n, v in one.items()} for one in theirs
    ]
    assert (receipt.external_id, receipt.error) == ("5:903", "")


def test_files_go_as_what_they_are_and_the_text_last(service: Vendor, api: BotApi) -> None:
    files = (
        enclosed(),
        enclosed("a.pdf", "application/pdf", b"%PDF"),
        enclosed("v.ogg", "audio/ogg", b"OggS"),
    )

    receipt = said(bot(service), going("5", "three files", files=files))

    assert service.paths() == [
        f"/bot{TOKEN}/{m}" for m in ("sendPhoto", "sendDocument", "sendVoice", "sendMessage")
    ]
    assert receipt.external_id == "5:904"


def test_in_a_group_it_shows_whom_it_answers(service: Vendor, api: BotApi) -> None:
    said(bot(service), going("-100123:5", answers="-100123:77"))

    assert api.sent[0]["chat_id"] == "-100123"
    assert api.sent[0]["reply_parameters"]["message_id"] == 77


def test_groups_are_heard_only_where_that_is_wanted() -> None:
    [example] = [e for e in examples_of(manifests()["telegram"]) if e.name == "group"]

    assert not connected("telegram", token=TOKEN).hear(example.call).arrivals
    assert connected("telegram", token=TOKEN, groups=True).hear(example.call).arrivals


@pytest.mark.parametrize(
    ("status", "answer", "error", "after"),
    [
        (429, {"description": "Too Many Requests: retry after 5", "parameters": {"retry_after": 5}}, "rate", 5),
        (403, {"description": "Forbidden: bot was blocked by the user"}, "blocked", 0),
        (403, {"description": "Forbidden: user is deactivated"}, "invalid_recipient", 0),
        (400, {"description": "Bad Request: chat not found"}, "invalid_recipient", 0),
        (400, {"description": "Bad Request: message is too long"}, "content", 0),
        (400, {"description": "Bad Request: wrong file identifier"}, "media", 0),
        (401, {"description": "Unauthorized"}, "auth", 0),
        (502, {"description": "Bad Gateway"}, "transient", 0),
    ],
)  # fmt: skip
def test_each_no_has_its_reason(
    service: Vendor, api: BotApi, status: int, answer: dict[str, Any], error: str, after: int
) -> None:
    api.refusing = status, answer

    receipt = said(bot(service), going("5"))

    assert (receipt.error, receipt.retry_after) == (error, after)
    assert receipt.detail == answer["description"]


def test_news_is_asked_for_once_and_goes_on_where_it_stopped(service: Vendor, api: BotApi) -> None:
    api.updates = [update(41, "one"), update(42, "two")]
    channel = bot(service)
    opened = channel.listen()
    assert opened is not None

    with opened as line:
        first = line.next("", 0)
        api.updates.append(update(43, "three"))
        second = line.next(first.cursor, 0)
        third = line.next(second.cursor, 0)

    heard = [channel.hear(called("POLL", body=body)).arrivals[0].text for body in first.bodies]
    assert heard == ["one", "two"]
    assert [json.loads(body)["update_id"] for body in second.bodies] == [43]
    assert (first.cursor, second.cursor, third.cursor, third.bodies) == ("43", "44", "44", [])


def test_a_button_that_was_asked_for_stops_turning(service: Vendor, api: BotApi) -> None:
    [example] = [e for e in examples_of(manifests()["telegram"]) if e.name == "button"]
    api.updates = [json.loads(example.call.body)]
    opened = bot(service).listen()
    assert opened is not None

    with opened as line:
        line.next("", 0)

    assert service.paths()[-1].endswith("/answerCallbackQuery")


def test_where_nobody_answers_asking_fails_as_the_house_expects() -> None:
    opened = connected("telegram", token=TOKEN, api_base="http://127.0.0.1:9").listen()
    assert opened is not None

    with opened as line, pytest.raises(Unreachable):
        line.next("", 0)


def test_setting_up_tells_telegram_where_to_call(service: Vendor, api: BotApi) -> None:
    calling = bot(service, way="webhook", secret="agreed-secret-01")

    assert calling.listen() is None
    calling.set_up("https://desk.example/hooks/0123/")
    assert api.webhook["url"] == "https://desk.example/hooks/0123/"
    assert api.webhook["secret_token"] == "agreed-secret-01"
    assert "callback_query" in api.webhook["allowed_updates"]
    bot(service).set_up("https://desk.example/hooks/0123/")
    assert api.webhook == {}
    with pytest.raises(Refused):
        bot(service, way="webhook").set_up("https://desk.example/hooks/0123/")


def test_trying_out_says_who_we_are(service: Vendor, api: BotApi) -> None:
    assert bot(service).try_out() == "@shop_bot"
    for wrong in ("123456:wrong", "no token"):
        with pytest.raises(Refused, match=r"inbox\.not_accepted"):
            connected("telegram", token=wrong, api_base=service.address).try_out()


def test_files_are_fetched_by_their_id(service: Vendor, api: BotApi) -> None:
    file = bot(service).fetch("AwADBAADbXXXXXXXXXXXGBdhD2l6_XX")

    assert (file.name, file.content) == ("file_0.oga", b"OggS")


def mended(service: Vendor, names: tuple[str, ...], text: str = "后天", **more: Any) -> Receipt:
    return said(bot(service), going("5", text, mends=names, **more))


def test_what_the_library_changes_and_we_change_is_the_same(service: Vendor, api: BotApi) -> None:
    for asked in (
        lambda b: b.send_message(5, "明天"),
        lambda b: b.send_photo(5, PNG, caption="小票"),
        lambda b: b.edit_message_text("后天", chat_id=5, message_id=901),
        lambda b: b.edit_message_caption(chat_id=5, message_id=902, caption="后天"),
        lambda b: b.delete_message(5, 901),
    ):
        driven(service, asked)
    theirs, api.changed = api.changed, []
    api.shown[901] = {"text": "明天"}

    assert not mended(service, ("5:901",)).error
    assert not mended(service, ("5:902",), "小票 2", files=(enclosed(),)).error
    assert not mended(service, ("5:901",), recalls=True).error

    ours = [{n: str(v) for n, v in one.items()} for one in api.changed]
    assert [one["method"] for one in ours] == [one["method"] for one in theirs]
    assert [one.keys() for one in ours] == [one.keys() for one in theirs]
    assert ours[0] == {n: str(v) for n, v in theirs[0].items()}


def test_of_several_parts_the_words_are_changed_and_all_are_taken_back(
    service: Vendor, api: BotApi
) -> None:
    sent = said(bot(service), going("5", "two", files=(enclosed(),) * 2))
    assert sent.parts == ("5:901", "5:902", "5:903")

    mended(service, sent.parts, "zwei", files=(enclosed(),) * 2)
    mended(service, sent.parts, recalls=True)

    assert [(one["method"], one["message_id"]) for one in api.changed] == [
        ("editMessageText", 903), ("deleteMessage", 901), ("deleteMessage", 902), ("deleteMessage", 903),
    ]  # fmt: skip


def test_a_change_that_was_made_before_is_made(service: Vendor, api: BotApi) -> None:
    name = said(bot(service), going("5")).external_id

    assert [mended(service, (name,), "后天").error for _twice in range(2)] == ["", ""]
    assert [mended(service, (name,), recalls=True).error for _twice in range(2)] == ["", ""]
    assert api.shown == {}


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message can't be edited",
        "Bad Request: message to edit not found",
        "Bad Request: message can't be deleted for everyone",
        "Bad Request: MESSAGE_ID_INVALID",
        "Bad Request: there is no text in the message to edit",
    ],
)
def test_what_telegram_no_longer_changes_is_fixed(
    service: Vendor, api: BotApi, description: str
) -> None:
    api.refusing = 400, {"description": description}

    for recalls in (False, True):
        receipt = mended(service, ("5:901",), recalls=recalls)
        assert (receipt.error, receipt.detail) == ("fixed", description)


@pytest.mark.parametrize(
    ("names", "files"), [(("nobody",), 0), (("5:901",), 2)]
)  # not ours; not all known
def test_what_cannot_be_found_again_is_fixed(
    service: Vendor, names: tuple[str, ...], files: int
) -> None:
    assert mended(service, names, files=(enclosed(),) * files).error == "fixed"
    assert not service.asked


def test_typing_is_shown_as_the_library_shows_it(service: Vendor, api: BotApi) -> None:
    driven(service, lambda b: b.send_chat_action(5, "typing"))
    bot(service).typing(Address("telegram", "5"))
    bot(service).typing(Address("telegram", "-100123:5"))

    shown = [(str(one["chat_id"]), one["action"]) for one in api.changed]
    assert shown == [("5", "typing"), ("5", "typing"), ("-100123", "typing")]
