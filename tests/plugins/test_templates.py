"""Templates: of WhatsApp as pywa makes, reads and sends them; of Aliyun and Tencent as they document them."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pywa.client import WhatsApp
from pywa.types import templates as theirs

from tests.plugins.graphapi import ACCOUNT, NUMBER, TOKEN, GraphApi
from tests.plugins.making import connected, going, said
from tests.plugins.standin import Asked, Vendor
from tests.plugins.test_meta import channel
from tests.plugins.test_sms import aliyun, tencent
from tongxin.plugins.channel_meta.whatsapp.templates import template_of
from tongxin.sdk import Refused, Template, Unreachable
from tongxin.service.channels.rules import filled

CHINESE = theirs.TemplateLanguage.CHINESE_CHN
SENT = theirs.BodyText("{{name}}您好，订单 {{order_no}} 已发货。", name="小梅", order_no="88")
COUNTED: Any = theirs.BodyText("Hi {{1}}, your order {{2}} is on its way, {{1}}!", "Tom", "88")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture
def graph(service: Vendor) -> GraphApi:
    service.answer = made = GraphApi(service.address)
    return made


@pytest.fixture
def library(service: Vendor) -> Iterator[WhatsApp]:
    """Give pywa, led to the stand-in."""

    def lead(request: httpx.Request) -> None:
        request.url = httpx.URL(service.address).join(request.url.raw_path.decode())

    with httpx.Client(event_hooks={"request": [lead]}, trust_env=False) as session:
        yield WhatsApp(phone_id=NUMBER, token=TOKEN, waba_id=ACCOUNT, session=session)


def template(name: str, *components: Any, is_named: bool = False) -> theirs.Template:
    """Return a template as pywa has it."""
    form = theirs.ParamFormat.NAMED if is_named else theirs.ParamFormat.POSITIONAL
    return theirs.Template(
        name=name, language=CHINESE, category=theirs.TemplateCategory.UTILITY,
        components=list(components), parameter_format=form,
    )  # fmt: skip


def test_the_library_s_templates_are_read_filled_and_sent_as_it_sends_them(
    service: Vendor, graph: GraphApi, library: WhatsApp
) -> None:
    header: Any = theirs.HeaderText("给 {{1}}", "小梅")
    buttons = theirs.Buttons(
        buttons=[
            theirs.QuickReplyButton(text="好的"),
            theirs.URLButton(text="物流", url="https://tea.example/"),
        ]
    )
    library.create_template(template("sent", SENT, is_named=True))
    library.create_template(
        template("plain", theirs.BodyText("您好！"), theirs.FooterText(text="同心"))
    )
    library.create_template(template("counted", header, COUNTED, buttons))
    ours = channel(service, account_id=ACCOUNT)

    found = {one.key: one for one in ours.templates()}

    assert [(one.key, one.language, one.holes) for one in found.values()] == [
        ("sent", "zh_CN", ("name", "order_no")),
        ("plain", "zh_CN", ()),
        ("counted", "zh_CN", ("header_1", "1", "2")),
    ]
    assert found["plain"].text == "您好！\n\n同心"
    values = {"header_1": "小梅", "1": "Tom", "2": "88"}
    assert found["counted"].said(values) == "给 小梅\n\nHi Tom, your order 88 is on its way, Tom!"
    for name, given_, params in (
        ("sent", {"name": "小梅", "order_no": "88"}, [SENT.params(name="小梅", order_no="88")]),
        ("plain", {}, []),
        ("counted", values, [header.params("小梅"), COUNTED.params("Tom", "88")]),
    ):
        library.send_template("16505551234", name, CHINESE, params)
        said(ours, going("16505551234", template=ours.fill(found[name], given_)))

        by_library, by_us = graph.sent[-2:]
        assert by_us["template"]["name"] == name
        parts = by_library["template"].get("components") or []
        written = [
            {**part, "type": part["type"].lower()} for part in parts
        ]  # as Meta's pages write it
        assert by_us["template"].get("components", []) == written
        assert by_us["template"]["language"]["code"] == by_library["template"]["language"]["code"]


def test_what_words_alone_cannot_fill_is_left_out(graph: GraphApi, service: Vendor) -> None:
    body = {"type": "BODY", "text": "Hi {{1}}"}
    for name, *parts in (
        ("media", {"type": "HEADER", "format": "IMAGE"}, body),
        ("link", body, {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://x/{{1}}"}]}),
        ("code", body, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}),
        ("carousel", body, {"type": "CAROUSEL", "cards": []}),
        ("gap", {"type": "BODY", "text": "Hi {{2}}"}),
        ("bodiless", {"type": "FOOTER", "text": "x"}),
    ):
        graph.templates.append(_told(name, *parts))
    graph.templates.append({**_told("waiting", body), "status": "PENDING"})
    graph.templates += [{"status": "APPROVED"}, _told("good", body)]

    assert [one.key for one in channel(service, account_id=ACCOUNT).templates()] == ["good"]


def test_who_is_not_let_in_is_told_so(service: Vendor, graph: GraphApi) -> None:
    with pytest.raises(Refused, match="account's id is missing"):
        channel(service).templates()
    with pytest.raises(Refused):
        channel(service, account_id=ACCOUNT, token="stolen").templates()
    service.answer = lambda _asked: (502, b"")
    with pytest.raises((Refused, Unreachable)):
        channel(service, account_id=ACCOUNT).templates()


def _told(name: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "language": "en", "status": "APPROVED", "components": list(parts)}


@given(_JSON, _JSON)
def test_whatever_a_vendor_tells_is_a_template_or_none(told: Any, parts: Any) -> None:
    for raw in (
        told,
        _told("x", {"type": "BODY", "text": told}),
        {**_told("x"), "components": parts},
    ):
        assert template_of(raw) is None or isinstance(template_of(raw), Template)


@given(
    holes=st.lists(st.text("abc123_[(\\", min_size=1, max_size=5), unique=True, max_size=5),
    said_=st.lists(st.text(max_size=20), min_size=4, max_size=5),
    name=st.sampled_from(["whatsapp", "sms_aliyun", "sms_tencent"]),
)
def test_every_hole_is_filled_or_it_is_refused(
    holes: list[str], said_: list[str], name: str
) -> None:
    values = dict(zip(holes, said_, strict=False))
    text = " und ".join(f"{{{{{hole}}}}}" for hole in holes)
    template = Template("k", text, holes=tuple(holes))
    if not all(values.get(hole, "").replace("\x00", "").split() for hole in holes):
        with pytest.raises(Refused, match=r"template\.unfilled"):
            filled(template, values)
        return
    given_ = filled(template, values)

    carried = json.dumps(connected(name).fill(template, given_), ensure_ascii=False)

    assert template.said(given_) == " und ".join(given_[hole] for hole in holes)
    for value in given_.values():
        assert value
        assert value == " ".join(value.split())
        assert json.dumps(value, ensure_ascii=False) in carried


def test_templates_of_aliyun_come_page_by_page_and_go_by_their_variables(service: Vendor) -> None:
    listed = [
        {"TemplateCode": f"SMS_{number}", "TemplateName": "发货", "AuditStatus": "AUDIT_STATE_PASS",
         "TemplateContent": "${name}您好，订单 ${no} 已发货，${name}！"}
        for number in range(51)
    ]  # fmt: skip
    listed[3]["AuditStatus"] = "AUDIT_STATE_NOT_PASS"
    listed[4]["TemplateContent"] = "您好！"

    def answer(asked: Asked) -> Any:
        form = asked.form()
        begin = (int(form.get("PageIndex", 1)) - 1) * 50
        return 200, {"Code": "OK", "BizId": "b", "SmsTemplateList": listed[begin : begin + 50]}

    service.answer = answer
    ours = aliyun(service)
    found = ours.templates()

    assert [asked.form()["PageIndex"] for asked in service.asked] == ["1", "2"]
    assert len(found) == 50
    assert (found[0].key, found[0].name, found[0].holes) == ("SMS_0", "发货", ("name", "no"))
    assert found[0].said({"name": "小梅", "no": "8"}) == "小梅您好，订单 8 已发货，小梅！"
    for one, values in ((found[0], {"name": "小梅", "no": "8"}), (found[3], {})):
        said(ours, going("+8613800138000", template=ours.fill(one, values)))
        form = service.asked[-1].form()
        assert (form["TemplateCode"], json.loads(form["TemplateParam"])) == (one.key, values)


def test_templates_of_tencent_go_in_the_order_of_their_numbers(service: Vendor) -> None:
    listed = [
        {"TemplateId": 1, "StatusCode": 0, "TemplateName": "发货", "TemplateContent": "单号{2}，{1}您好"},
        {"TemplateId": 2, "StatusCode": -1, "TemplateName": "x", "TemplateContent": "x"},
        {"TemplateId": 3, "StatusCode": 0, "TemplateName": "x", "TemplateContent": "{2}"},
    ]  # fmt: skip
    sent = [{"Code": "Ok", "SerialNo": "1"}]
    told = {"Response": {"DescribeTemplateStatusSet": listed, "SendStatusSet": sent}}
    service.answer = lambda _asked: (200, told)
    ours = tencent(service)

    [found] = ours.templates()

    assert (found.key, found.name, found.holes) == ("1", "发货", ("1", "2"))
    assert found.said({"1": "小梅", "2": "8"}) == "单号8，小梅您好"
    said(ours, going("+8613800138000", template=ours.fill(found, {"1": "小梅", "2": "8"})))
    assert service.asked[-1].json()["TemplateId"] == "1"
    assert service.asked[-1].json()["TemplateParamSet"] == ["小梅", "8"]
