"""WhatsApp as pywa speaks it; Messenger and Instagram as Meta documents them."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pywa import utils
from pywa.client import WhatsApp
from pywa.types.message import Message

from tests.plugins.checks import examples_of, in_its_examples
from tests.plugins.graphapi import NUMBER, TOKEN, GraphApi
from tests.plugins.making import PNG, connected, enclosed, going, said
from tests.plugins.standin import Vendor
from tongxin.center.kit.plugins import manifests
from tongxin.sdk import Address, Channel, Departure, Failure, Refused

SECRET = "f00dbabe0123456789abcdef01234567"


@pytest.fixture
def graph(service: Vendor) -> GraphApi:
    service.answer = made = GraphApi(service.address)
    return made


def channel(service: Vendor, name: str = "whatsapp", **more: Any) -> Channel:
    base = {"token": TOKEN, "app_secret": SECRET, "verify_token": "v", "api_base": service.address}
    number = {"number_id": NUMBER} if name == "whatsapp" else {}
    return connected(name, **{**base, **number, **more})


@pytest.fixture
def library(service: Vendor) -> Iterator[WhatsApp]:
    """Give pywa, led to the stand-in."""

    def lead(request: httpx.Request) -> None:
        request.url = httpx.URL(service.address).join(request.url.raw_path.decode())

    with httpx.Client(event_hooks={"request": [lead]}, trust_env=False) as session:
        yield WhatsApp(phone_id=NUMBER, token=TOKEN, session=session)


def to_page(text: str = "您好", kind: str = "messenger", **given: Any) -> Departure:
    return Departure(7, "message:7", Address(kind, "7597218746981256"), text, **given)


def test_the_library_and_we_believe_the_same_calls() -> None:
    for name in ("whatsapp", "messenger"):
        for example in examples_of(manifests()[name]):
            if example.call.method == "POST":
                shown = example.call.headers["x-hub-signature-256"]

                assert utils.webhook_updates_validator(SECRET, example.call.body, shown)
                in_its_examples(manifests()[name]).verify(example.call)


@pytest.mark.parametrize("name", ["text", "image", "document", "location", "reply"])
def test_the_library_and_we_read_the_same(library: WhatsApp, name: str) -> None:
    [example] = [e for e in examples_of(manifests()["whatsapp"]) if e.name == name]
    theirs = Message.from_update(library, json.loads(example.call.body))

    [ours] = in_its_examples(manifests()["whatsapp"]).hear(example.call).arrivals

    assert (ours.external_id, ours.sender.value) == (theirs.id, theirs.from_user.wa_id)
    assert ours.sender.name == theirs.from_user.name
    assert ours.sent_at == theirs.timestamp
    if name != "location":
        assert ours.text == (theirs.text or theirs.caption or "")


def test_the_library_and_we_say_the_same(
    service: Vendor, graph: GraphApi, library: WhatsApp
) -> None:
    library.send_message(to="16505551234", text="您好")
    library.send_image(to="16505551234", image=PNG, caption="小票", mime_type="image/png")

    receipt = said(channel(service), going("16505551234"))
    said(channel(service), going("16505551234", "小票", files=(enclosed(),)))

    theirs, ours = graph.sent[:2], graph.sent[2:]
    dropped = {"preview_url"}
    assert [_without(one, dropped) for one in ours] == [_without(one, dropped) for one in theirs]
    assert receipt.external_id == "wamid.3"
    assert [kept["file"][1] for kept in graph.kept] == [PNG, PNG]


def _without(one: Any, dropped: set[str]) -> Any:
    if not isinstance(one, dict):
        return one
    return {n: _without(v, dropped) for n, v in one.items() if n not in dropped and v is not None}


def test_documents_keep_their_names_and_templates_go_as_they_are(
    service: Vendor, graph: GraphApi
) -> None:
    pdf = enclosed("发票.pdf", "application/pdf", b"%PDF")
    template = {"name": "order_sent", "language": {"code": "zh_CN"}}

    said(channel(service), going("16505551234", "invoice", files=(pdf,)))
    said(channel(service), going("16505551234", template=template))

    assert graph.sent[0]["document"] == {"id": "M1", "caption": "invoice", "filename": "发票.pdf"}
    assert graph.sent[1]["template"] == template


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (131047, Failure.WINDOW_CLOSED),
        (131049, Failure.QUOTA),
        (131050, Failure.BLOCKED),
        (131026, Failure.INVALID_RECIPIENT),
        (131053, Failure.MEDIA),
        (132001, Failure.CONTENT),
        (190, Failure.AUTH),
        (200, Failure.AUTH),
        (130429, Failure.RATE),
        (131000, Failure.TRANSIENT),
    ],
)
def test_each_no_of_whatsapp_has_its_reason(
    service: Vendor, graph: GraphApi, code: int, error: Failure
) -> None:
    graph.refusing = 400, {"message": "no", "code": code, "error_data": {"details": "why not"}}

    receipt = said(channel(service), going("16505551234"))

    assert (receipt.error, receipt.detail) == (error, f"{code} why not")


def test_files_are_fetched_with_our_token_and_others_without(
    service: Vendor, graph: GraphApi
) -> None:
    assert channel(service).fetch("1003383421387256").content == PNG
    assert service.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"

    photo = channel(service, "messenger").fetch(f"{service.address}/cdn/photo")
    assert photo.content == PNG
    assert "authorization" not in service.asked[-1].headers
    for reference in ("1", "../x"):
        with pytest.raises(Refused, match=r"file\.missing"):
            channel(service).fetch(reference)


def test_setting_up_brings_the_news_here(service: Vendor, graph: GraphApi) -> None:
    channel(service, account_id="102290129340398").set_up("https://desk.example/hooks/0123/")
    channel(service, "messenger").set_up("https://desk.example/hooks/0123/")

    of_whatsapp, of_page = graph.followed
    assert of_whatsapp.path.endswith("/102290129340398/subscribed_apps")
    assert of_whatsapp.json()["override_callback_uri"] == "https://desk.example/hooks/0123/"
    assert "messaging_postbacks" in of_page.query["subscribed_fields"]
    with pytest.raises(Refused):
        channel(service).set_up("https://desk.example/hooks/0123/")


def test_trying_out_says_who_we_are(service: Vendor, graph: GraphApi) -> None:
    assert channel(service).try_out() == "+1 555-078-3881 Tea Shop"
    assert channel(service, "messenger").try_out() == "Tea Shop"
    with pytest.raises(Refused, match="190"):
        channel(service, token="wrong").try_out()
    assert service.asked[0].query["appsecret_proof"]


def test_a_page_says_text_and_files(service: Vendor, graph: GraphApi) -> None:
    receipt = said(channel(service, "messenger"), to_page(kind="instagram", files=(enclosed(),)))

    image, text = graph.sent
    assert image["message"]["attachment"] == {"type": "image", "payload": {"attachment_id": "A1"}}
    assert graph.kept[0]["platform"] == (None, b"instagram")
    assert (text["message"], text["messaging_type"]) == ({"text": "您好"}, "RESPONSE")
    assert receipt.external_id == "m_2"


def test_instagram_takes_long_words_in_pieces_and_messenger_at_once(
    service: Vendor, graph: GraphApi
) -> None:
    text = "茶" * 400

    receipt = said(channel(service, "messenger"), to_page(text, "instagram"))
    said(channel(service, "messenger"), to_page(text))

    *pieces, whole = (one["message"]["text"] for one in graph.sent)
    assert [len(piece.encode()) for piece in pieces] == [999, 201]
    assert receipt.parts == ("m_1", "m_2")
    assert whole == "".join(pieces) == text


def test_a_page_shows_that_somebody_types(service: Vendor, graph: GraphApi) -> None:
    channel(service, "messenger").typing(Address("messenger", "7597218746981256"))

    assert graph.sent == [{"recipient": {"id": "7597218746981256"}, "sender_action": "typing_on"}]


def test_after_a_day_only_a_person_may_answer_and_only_where_meta_allows_it(
    service: Vendor, graph: GraphApi
) -> None:
    graph.refusing = (
        400,
        {"message": "outside of allowed window", "code": 10, "error_subcode": 2018278},
    )

    assert said(channel(service, "messenger"), to_page()).error == Failure.WINDOW_CLOSED
    assert said(channel(service, "messenger", human_agent=True), to_page()).error == ""
    assert graph.sent[0]["tag"] == "HUMAN_AGENT"


@pytest.mark.parametrize(
    ("code", "subcode", "error"),
    [
        (551, 1545041, Failure.BLOCKED),
        (100, 2018001, Failure.INVALID_RECIPIENT),
        (100, 2018047, Failure.MEDIA),
        (100, 0, Failure.CONTENT),
        (190, 463, Failure.AUTH),
        (613, 0, Failure.RATE),
        (2, 0, Failure.TRANSIENT),
    ],
)
def test_each_no_of_a_page_has_its_reason(
    service: Vendor, graph: GraphApi, code: int, subcode: int, error: Failure
) -> None:
    graph.refusing = 400, {"message": "no", "code": code, "error_subcode": subcode}

    assert said(channel(service, "messenger"), to_page()).error == error


def test_a_name_is_asked_for(service: Vendor, graph: GraphApi) -> None:
    page: Any = channel(service, "messenger")

    [named] = page.introduce(Address("messenger", "7597218746981256"))

    assert named.name == "Tom Lee"
