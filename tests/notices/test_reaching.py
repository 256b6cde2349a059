"""Members hear of what they want to, how they want to: pushes that only their browser reads, gathered mails."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from tests.laws.examples import BROWSER, PUSHES
from tests.make.together import together
from tests.make.world import NOON, World, world
from tests.notices.browser import AUTH, PushBrowser, PushService, packed, push_service
from tongxin.center.accounts.actions import remove_members
from tongxin.center.accounts.models import Workspace
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.outgoing import Unreachable, post
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.values import Delivered
from tongxin.service.conversations.actions import assign, note, reply
from tongxin.service.notices.actions import choose, mail_due, read_about, subscribe, unsubscribe
from tongxin.service.notices.handlers import call_mentioned, push_to_devices
from tongxin.service.notices.models import PushAddress
from tongxin.service.notices.queries import devices, wishes
from tongxin.service.notices.values import WISHES

LATER = NOON + timedelta(minutes=11)


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    settings.TRUSTS_OWN_NETWORK = True
    with push_service() as running:
        yield running


@pytest.fixture
def browser(tea: World, service: PushService) -> PushBrowser:
    """The owner's, at the service."""
    made = PushBrowser()
    PushAddress.objects.create(
        workspace_id=tea.workspace_id, member_id=tea.owner.id, endpoint=f"{service.url}/a?b=1",
        point=packed(made.point), auth=packed(AUTH), device="Chrome", added_at=NOON,
    )  # fmt: skip
    return made


def happened(*kinds: str) -> list[Delivered]:
    columns = [field.name for field in fields(Delivered)]
    found = Event.objects.filter(kind__in=kinds).order_by("pk").values_list(*columns)
    return [Delivered(*row) for row in found]


def mine(tea: World, text: str = "壶盖碎了") -> int:
    """Let 小梅 write, to the owner."""
    talk = tea.write(text).conversation_id
    assign(actor=tea.owner, conversation_ids=[talk], member_id=tea.owner.id, now=NOON)
    return talk


def called(tea: World, whom: Actor, at: datetime = NOON) -> int:
    """Let a colleague call somebody in a note."""
    talk = tea.write("你好", by="Tom").conversation_id
    colleague = tea.member(name="Anna")
    note(actor=colleague, conversation_ids=[talk], text="@李工 请看", now=at)
    call_mentioned([e for e in happened("note.added") if e.actor == colleague.label])
    return talk


class TestChoosing:
    def test_who_never_chose_hears_of_what_is_theirs(self, tea: World) -> None:
        assert "mine.sound" in wishes(actor=tea.owner)
        assert "waiting.sound" not in wishes(actor=tea.owner)

        choose(actor=tea.owner, wishes=["waiting.sound", "waiting.sound"], now=NOON)
        assert wishes(actor=tea.owner) == ["waiting.sound"]
        choose(actor=tea.owner, wishes=[], now=NOON)
        assert wishes(actor=tea.owner) == []

    def test_every_way_can_be_chosen_and_no_other(self, tea: World) -> None:
        everything = [f"{occasion}.{way}" for occasion, way in WISHES]
        assert choose(actor=tea.owner, wishes=everything, now=NOON) == len(everything)
        for wrong in ("waiting.mail", "waiting.push", "mine", "", "mine.smoke"):
            with pytest.raises(Refused) as refused:
                choose(actor=tea.owner, wishes=[wrong], now=NOON)
            assert refused.value.code == "notice.wish"

    @pytest.mark.parametrize(
        ("endpoint", "keys", "code"),
        [
            ("http://push.example/a", BROWSER, "push.address"), ("x", BROWSER, "push.address"),
            ("https://", BROWSER, "push.address"), ("javascript:alert(1)", BROWSER, "push.address"),
            (PUSHES, {**BROWSER, "auth": "x"}, "push.keys"), (PUSHES, {**BROWSER, "p256dh": "壶"}, "push.keys"),
        ],
    )  # fmt: skip
    def test_what_is_no_browser_is_refused(
        self, tea: World, endpoint: str, keys: dict[str, str], code: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            subscribe(actor=tea.owner, endpoint=endpoint, **keys, now=NOON)
        assert refused.value.code == code

    def test_a_browser_belongs_to_whoever_logged_in_last(self, tea: World) -> None:
        anna = tea.member(name="Anna")
        first = subscribe(actor=tea.owner, endpoint=PUSHES, **BROWSER, now=NOON)
        again = subscribe(actor=anna, endpoint=PUSHES, **BROWSER, device="Chrome", now=NOON)

        assert first == again
        assert not devices(actor=tea.owner)
        assert [row.device for row in devices(actor=anna)] == ["Chrome"]
        assert unsubscribe(actor=tea.owner, push_ids=[again], now=NOON) == 0
        assert unsubscribe(actor=anna, push_ids=[again], now=NOON) == 1


class TestPushing:
    def test_only_their_browser_reads_what_is_theirs(
        self, tea: World, service: PushService, browser: PushBrowser
    ) -> None:
        talk = mine(tea)
        called(tea, tea.owner)
        push_to_devices(happened("message.received", "notice.given"))

        read = [json.loads(browser.read(body)) for _path, _headers, body in service.taken]
        told = {one["occasion"]: one for one in read}  # they are sent at the same time
        assert len(read) == 2
        assert told["mine"]["text"] == "壶盖碎了"
        assert told["called"]["text"] == "@李工 请看"
        assert told["mine"]["conversation"] == public_id("conv", talk)
        path, headers, body = service.taken[0]
        assert (path, headers["Content-Encoding"], headers["TTL"]) == (
            "/a?b=1",
            "aes128gcm",
            "3600",
        )
        assert headers["Authorization"].startswith("vapid t=")
        assert "壶盖碎了".encode() not in body

    def test_what_was_answered_or_is_not_wanted_is_not_pushed(
        self, tea: World, service: PushService, browser: PushBrowser
    ) -> None:
        talk = mine(tea)
        reply(actor=tea.owner, conversation_ids=[talk], text="马上换", now=NOON)
        tea.write("没人管我", by="Tom")
        push_to_devices(happened("message.received"))
        assert not service.taken

        mine(tea, "还有人吗")
        choose(actor=tea.owner, wishes=["mine.sound"], now=NOON)
        push_to_devices(happened("message.received"))
        assert not service.taken

    @pytest.mark.parametrize(("status", "left"), [(201, 1), (410, 0), (404, 0), (500, 1), (429, 1)])
    def test_a_browser_that_is_gone_is_forgotten(
        self, tea: World, service: PushService, browser: PushBrowser, status: int, left: int
    ) -> None:
        service.answers["/a?b=1"] = status
        mine(tea)
        push_to_devices(happened("message.received"))

        assert len(service.taken) == 1
        assert PushAddress.objects.count() == left

    def test_nobody_who_left_is_pushed_to(
        self, tea: World, service: PushService, browser: PushBrowser
    ) -> None:
        other = tea.member(name="Anna")
        PushAddress.objects.update(member_id=other.id)
        talk = tea.write("你好").conversation_id
        assign(actor=tea.owner, conversation_ids=[talk], member_id=other.id, now=NOON)
        heard = happened("message.received")
        remove_members(actor=tea.owner, member_ids=[other.id], now=NOON)
        push_to_devices(heard)

        assert not service.taken

    @pytest.mark.parametrize(
        "url", ["https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/", "https://nobody.invalid/"],
    )  # fmt: skip
    def test_no_address_of_our_own_network_is_asked(self, url: str) -> None:
        with pytest.raises(Unreachable):
            post(url, b"", {})


class TestMailing:
    def test_what_was_not_looked_at_is_gathered_once_an_hour(self, tea: World) -> None:
        talk = called(tea, tea.owner)
        assert mail_due(now=NOON + timedelta(minutes=5)) == 0

        assert mail_due(now=LATER) == 1
        [sent] = mail.outbox
        assert "Anna" in sent.body
        assert "@李工 请看" in sent.body
        assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
        assert mail_due(now=LATER) == 0

        called(tea, tea.owner, at=NOON + timedelta(minutes=20))
        assert mail_due(now=NOON + timedelta(minutes=40)) == 0
        assert mail_due(now=NOON + timedelta(minutes=80)) == 1
        read_about(actor=tea.owner, conversation_ids=[talk], now=LATER)

    def test_what_was_looked_at_or_is_not_wanted_is_no_mail(self, tea: World) -> None:
        read_about(actor=tea.owner, conversation_ids=[called(tea, tea.owner)], now=NOON)
        assert mail_due(now=LATER) == 0

        called(tea, tea.owner)
        choose(actor=tea.owner, wishes=["called.sound"], now=NOON)
        assert mail_due(now=LATER) == 0

    def test_whoever_waits_long_for_one_is_in_the_mail_where_it_is_wanted(self, tea: World) -> None:
        mine(tea)
        assert mail_due(now=NOON + timedelta(minutes=40)) == 0

        choose(actor=tea.owner, wishes=["mine.mail"], now=NOON)
        assert mail_due(now=NOON + timedelta(minutes=40)) == 1
        assert "壶盖碎了" in mail.outbox[0].body

    @pytest.mark.django_db(transaction=True)
    def test_many_workers_mail_once(self) -> None:
        tea = world()
        called(tea, tea.owner)

        together([lambda: mail_due(now=LATER)] * 8)

        assert len(mail.outbox) == 1

    def test_nothing_in_a_name_breaks_the_mail_s_head(self, tea: World) -> None:
        Workspace.objects.filter(pk=tea.workspace_id).update(name="A\r\nBcc: x@example.com")
        called(tea, tea.owner)
        mail_due(now=LATER)

        [sent] = mail.outbox
        assert sent.subject.startswith("A Bcc: x@example.com")
        assert sent.recipients() == sent.to
