"""Standard Webhooks both ways, as the ``standardwebhooks`` package speaks them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.plugins.making import called, connected, enclosed, going, said
from tests.plugins.standin import Asked, Vendor
from tongxin.plugins.channel_webhook import shapes
from tongxin.sdk import Channel, Refused

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FOLDER = Path(shapes.__file__).parent


def talking(service: Vendor, **settings: Any) -> Channel:
    return connected(
        "webhook", secret=SECRET, address=f"{service.address}/replies", realm="crm", **settings
    )


def delivery(body: str, at: datetime, secret: str = SECRET) -> Any:
    signature = Webhook(secret).sign("msg_1", at, body)
    headers = {
        "webhook_id": "msg_1", "webhook_timestamp": str(int(at.timestamp())), "webhook_signature": signature,
    }  # fmt: skip
    return called("POST", body=body.encode(), **headers)


def test_what_the_library_signs_is_believed(service: Vendor) -> None:
    body = (FOLDER / "examples/message.json").read_text("utf-8")
    call = delivery(body, datetime.now(UTC))

    talking(service).verify(call)

    rotated = {
        **call.headers,
        "webhook-signature": f"v1,AAAA v1a,x {call.headers['webhook-signature']}",
    }
    talking(service).verify(called("POST", body=body.encode(), **rotated))


@pytest.mark.parametrize(
    ("at", "secret"),
    [
        (timedelta(minutes=-6), SECRET),
        (timedelta(minutes=6), SECRET),
        (timedelta(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"),
    ],
)
def test_what_is_stale_or_of_others_is_not(service: Vendor, at: timedelta, secret: str) -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        talking(service).verify(delivery("{}", datetime.now(UTC) + at, secret))


def test_the_library_believes_what_we_sign(service: Vendor) -> None:
    def answer(asked: Asked) -> tuple[int, Any]:
        told = Webhook(SECRET).verify(asked.body, asked.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(asked.body + b" ", asked.headers)
        assert asked.headers["webhook-id"] == told["data"]["key"] == "message:7"
        assert told["data"]["to"]["id"] == "u-42"
        return 202, {"id": "r-1"}

    service.answer = answer

    receipt = said(talking(service), going("crm:u-42", files=(enclosed(),)))

    assert (receipt.external_id, receipt.error) == ("r-1", "")
    sent = shapes.Sent.model_validate(service.asked[0].json()).data
    assert sent is not None
    assert sent.files[0].content == enclosed().read()


def test_nothing_in_the_answer_means_that_the_key_is_its_name(service: Vendor) -> None:
    service.answer = lambda _asked: (204, b"")

    assert said(talking(service), going("crm:u-42")).external_id == "message:7"


def test_a_change_names_the_message_and_counts_once_the_system_says_that_it_is_done(
    service: Vendor,
) -> None:
    asked: list[shapes.Mended] = []

    def answer(call: Asked) -> tuple[int, Any]:
        asked.append(shapes.Mended.model_validate(Webhook(SECRET).verify(call.body, call.headers)))
        return 200, {"done": True}

    service.answer = answer
    edited = said(talking(service), going("crm:u-42", "后天", mends=("r-1",)))
    recalled = said(talking(service), going("crm:u-42", "后天", mends=("r-1",), recalls=True))
    service.answer = lambda _asked: (204, b"")
    unknown = said(talking(service), going("crm:u-42", "后天", mends=("r-1",)))

    assert [(one.type, one.data.id, one.data.to.id, one.data.text) for one in asked] == [
        ("edit", "r-1", "u-42", "后天"), ("recall", "r-1", "u-42", ""),
    ]  # fmt: skip
    assert [edited.error, recalled.error, unknown.error] == ["", "", "fixed"]


@pytest.mark.parametrize(
    ("answer", "error", "after"),
    [
        ((400, {"error": "window_closed", "detail": "24 h are over"}), "window_closed", 0),
        ((422, b"no"), "content", 0),
        ((401, {}), "auth", 0),
        ((413, {}), "media", 0),
        ((429, b"", {"retry-after": "30"}), "rate", 30),
        ((429, {"error": "rate", "retry_after": 2.5}), "rate", 2.5),
        ((503, b"<html>"), "transient", 0),
        ((302, b"", {"location": "http://169.254.169.254/"}), "transient", 0),
    ],
)
def test_each_no_has_its_reason(service: Vendor, answer: Any, error: str, after: float) -> None:
    service.answer = lambda _asked: answer

    receipt = said(talking(service), going("crm:u-42"))

    assert (receipt.error, receipt.retry_after) == (error, after)


def test_where_nobody_is_it_is_tried_again() -> None:
    nobody = connected("webhook", secret=SECRET, address="http://127.0.0.1:9/")

    assert said(nobody, going("u")).error == "transient"
    assert said(connected("webhook", secret=SECRET), going("u")).error == "auth"


def test_our_own_network_is_never_asked(service: Vendor, settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = False

    assert said(talking(service), going("u")).error == "transient"
    with pytest.raises(Refused, match=r"inbox\.unreachable"):
        talking(service).try_out()
    assert not service.asked


def test_a_ping_tries_it_out(service: Vendor) -> None:
    service.answer = lambda asked: (200 if asked.json() == {"type": "ping"} else 400, {})

    assert talking(service).try_out() == "127.0.0.1"
    service.answer = lambda _asked: (403, {"detail": "who are you?"})
    with pytest.raises(Refused, match="who are you"):
        talking(service).try_out()


def test_a_file_is_fetched_from_where_it_lies(service: Vendor) -> None:
    service.answer = lambda asked: (
        200 if asked.path == "/f/a.pdf" else 404,
        b"%PDF",
        {"content-type": "application/pdf"},
    )

    file = talking(service).fetch(f"{service.address}/f/a.pdf")

    assert (file.name, file.kind, file.content) == ("a.pdf", "application/pdf", b"%PDF")
    with pytest.raises(Refused, match=r"file\.missing"):
        talking(service).fetch(f"{service.address}/gone")


def test_the_schema_is_what_is_spoken() -> None:
    written = json.loads((FOLDER / "schema.json").read_text("utf-8"))

    assert written == json.loads(json.dumps(shapes.schema()))
