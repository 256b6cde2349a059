"""Let three months happen: the real actions, with the times at which they would have been done."""

import json
import random
import struct
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from tongxin.center.accounts.actions import found_workspace, join
from tongxin.center.accounts.models import User, Workspace
from tongxin.center.accounts.queries import seats_of_user
from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.people.actions import claim_email
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.project.demo.bringing import bring
from tongxin.project.demo.cast import CUSTOMERS, SHOP, TEAM, Customer
from tongxin.project.demo.elsewhere import let_write_elsewhere
from tongxin.project.demo.knowing import know
from tongxin.project.demo.newcomers import let_in_newcomers
from tongxin.project.demo.regrouping import regroup
from tongxin.project.demo.standing import name_statuses, put_on_hold
from tongxin.project.demo.stories import CHINESE, ENGLISH, Line, Story
from tongxin.project.demo.telephone import let_call
from tongxin.project.demo.today import GOING_ON, Now
from tongxin.project.demo.topics import name_topics, wrap_up
from tongxin.project.demo.waiting import open_queues
from tongxin.project.demo.writing import write_ready_words
from tongxin.service.channels.actions import create_inbox, create_key
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.queries import inboxes
from tongxin.service.channels.values import Heard
from tongxin.service.channels.visitors import WEBCHAT
from tongxin.service.conversations import actions
from tongxin.service.conversations.values import Status
from tongxin.service.team.actions import set_skills
from tongxin.service.views.actions import create as create_view
from tongxin.service.views.actions import pin
from tongxin.service.views.values import Filter, Group, Layout, Plan, Sort

Login = tuple[str, str, str]

DAYS, TALKS = 92, 70
_SEED = 20871  # the demo is the same for everybody, but for its dates
_CHINESE_KEYS = {"mei", "chenli", "zhounv", "sun", "zhao", "linxi", "heping", "ouyang"}


def load() -> list[Login]:
    """Load the demo workspace unless it is there; return (role, e-mail, password) of each log-in."""
    kept: Path = settings.SHOP
    if kept.exists() and Workspace.objects.filter(name=SHOP).exists():
        return [tuple(login) for login in json.loads(kept.read_text("utf-8"))["logins"]]
    with transaction.atomic():
        told = Shop(datetime.now(UTC)).open()
    kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    kept.chmod(0o600)
    return [tuple(login) for login in told["logins"]]


class Shop:
    """The shop while its history happens."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.chance = random.Random(_SEED)  # noqa: S311 - a story, not a secret
        self.said = 0
        self.staff: dict[str, Actor] = {}
        self.inbox_id = 0
        self.workspace_id = 0
        self.topics: Mapping[str, int] = {}

    def open(self) -> dict[str, Any]:
        """Found the shop, let everything happen, and return what is needed to visit it."""
        began = self.now - timedelta(days=DAYS + 1)
        logins = self._hire(began)
        owner = self.staff["li"]
        look = {
            "brand": "小满茶具", "color": "#0f7b6c", "ask_email": True,
            "greeting_zh": "您好，我是小满的客服。选壶、查物流、换货、预约茶艺课，都可以问我。",
            "greeting_en": "Hello, this is Xiaoman Tea. Ask us about teapots, parcels, exchanges or tea classes.",
        }  # fmt: skip
        self.inbox_id = create_inbox(
            actor=owner, channel="webchat", name="官网聊天", settings=look, now=began
        )
        key = create_key(actor=owner, inbox_id=self.inbox_id, now=began)
        statuses = name_statuses(owner, began)
        self.topics = name_topics(owner, self.inbox_id, began)
        for at, customer, story in self._past():
            self._happen(at, customer, story)
        self._keep_views()
        talks = {going_on.who: self._go_on(going_on) for going_on in GOING_ON}
        write_ready_words(self.staff, talks, self.now)
        put_on_hold(owner, talks, statuses, self.now)
        open_queues(self.staff, talks, self.inbox_id, self.now)
        regroup(self.staff, talks, self.now)
        let_write_elsewhere(self.staff, self.now)
        let_call(self.staff, self.now)
        know(self.workspace_id, owner, began, self.now)
        bring(owner, self.now)
        logins += let_in_newcomers(owner, self.now)
        inbox = next(i for i in inboxes(actor=owner) if i.id == self.inbox_id)
        return {"inbox": inbox.key, "kid": key.kid, "logins": logins}

    def _keep_views(self) -> None:
        """Lists, a table and a board for everybody; the first of them pinned by all."""
        owner = self.staff["li"]
        unresolved = (Status.NEW, Status.OPEN, Status.WAITING, Status.ON_HOLD)
        urgent = Filter(statuses=unresolved, tags_any=("投诉", "破损", "换货"), snoozed=False)
        plans = {
            "售后：换货与投诉": Plan(urgent, Sort.LONGEST, Group.ASSIGNEE),
            "本店全部（表格）": Plan(layout=Layout.TABLE),
            "进度看板": Plan(Filter(snoozed=False), layout=Layout.BOARD),
        }
        made = [
            create_view(actor=owner, name=name, plan=plan, is_shared=True, now=self.now)
            for name, plan in plans.items()
        ]
        for colleague in self.staff.values():
            pin(actor=colleague, view_ids=made[:1])

    def _hire(self, began: datetime) -> list[Login]:
        logins: list[Login] = []
        for colleague in TEAM:
            password = token_urlsafe(9)
            if not logins:
                workspace = found_workspace(
                    name=SHOP, language="zh-hans", owner_email=colleague.email,
                    owner_name=colleague.name, password=password, now=began,
                )  # fmt: skip
                self.workspace_id = workspace.pk
            else:
                join(
                    workspace_id=self.workspace_id, email=colleague.email, name=colleague.name,
                    role=colleague.role, password=password, by=self.staff["li"].label, now=began,
                )  # fmt: skip
            self.staff[colleague.key] = _actor_of(colleague.email, self.workspace_id)
            logins.append((colleague.role.value, colleague.email, password))
        self._able(began)
        return logins

    def _able(self, began: datetime) -> None:
        """Everybody speaks something and knows something."""
        for colleague in TEAM:
            set_skills(
                actor=self.staff["li"], member_ids=[self.staff[colleague.key].id],
                skills=colleague.skills, languages=colleague.languages, now=began,
            )  # fmt: skip

    def _past(self) -> Iterator[tuple[datetime, Customer, Story]]:
        """Choose who wrote when, oldest first; nobody writes while their last talk goes on."""
        days = sorted(self.chance.uniform(1.2, DAYS) for _ in range(TALKS))
        for number, days_ago in enumerate(reversed(days)):
            customer = CUSTOMERS[number % len(CUSTOMERS)]
            stories = CHINESE if customer.key in _CHINESE_KEYS else ENGLISH
            hour = self.chance.uniform(1, 12)  # 9:00 to 20:00 in Hangzhou
            day = (self.now - timedelta(days=days_ago)).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            yield day + timedelta(hours=hour), customer, self.chance.choice(stories)

    def _happen(self, at: datetime, customer: Customer, story: Story) -> None:
        agent = self.chance.choice(list(self.staff.values()))
        at, conversation_id, person_id = self._talk(at, customer, story.lines, agent)
        if not conversation_id:
            return
        if story.tags:
            actions.tag(actor=agent, conversation_ids=[conversation_id], add=story.tags, now=at)
        at += timedelta(minutes=self.chance.uniform(2, 40))
        wrap_up(agent, conversation_id, story.tags, self.topics, at)
        actions.resolve(actor=agent, conversation_ids=[conversation_id], now=at)
        if story.score and self.chance.random() < 0.6:  # noqa: PLR2004 - most people rate
            person = Actor(self.workspace_id, "person", person_id, frozenset({"person.self"}))
            actions.rate(
                actor=person, conversation_id=conversation_id, score=story.score, solved=story.solved,
                comment=story.comment, now=at + timedelta(minutes=3),
            )  # fmt: skip

    def _go_on(self, talk: Now) -> int:
        customer = next(c for c in CUSTOMERS if c.key == talk.who)
        agent = self.staff[talk.owner or "li"]
        at, conversation_id, _person = self._talk(
            self.now - timedelta(minutes=talk.ago), customer, talk.lines, agent
        )
        ids = [conversation_id]
        if talk.tags:
            actions.tag(actor=agent, conversation_ids=ids, add=talk.tags, now=at)
        if talk.owner:
            actions.assign(actor=agent, conversation_ids=ids, member_id=agent.id, now=at)
        if talk.then == "resolve":
            actions.resolve(actor=agent, conversation_ids=ids, now=at)
        elif talk.then:
            until = None if talk.then == "snooze_reply" else self.now + timedelta(days=3)
            actions.snooze(actor=agent, conversation_ids=ids, until=until, now=at)
        return conversation_id

    def _talk(
        self, at: datetime, customer: Customer, lines: tuple[Line, ...], agent: Actor
    ) -> tuple[datetime, int, int]:
        """Let both sides say their lines; return when it ended, and who and which it was."""
        conversation_id = person_id = 0
        for minutes, kind, text in lines:
            at += timedelta(
                minutes=minutes * self.chance.uniform(0.6, 1.3) if conversation_id else 0
            )
            at = min(at, self.now)
            if kind in {"in", "file"}:
                conversation_id, person_id = self._hear(at, customer, kind, text)
            elif kind == "out":
                actions.reply(actor=agent, conversation_ids=[conversation_id], text=text, now=at)
            else:
                actions.note(actor=agent, conversation_ids=[conversation_id], text=text, now=at)
        return at, conversation_id, person_id

    def _hear(self, at: datetime, customer: Customer, kind: str, text: str) -> tuple[int, int]:
        self.said += 1
        address = Address(
            EXTERNAL if customer.has_account else WEBCHAT, f"demo-{customer.key}", customer.name
        )
        if customer.key == "mei":
            address = Address(EXTERNAL, "mei", customer.name)
        shown = (self._picture(at, text),) if kind == "file" else ()
        words = "" if shown else text
        arrival = Arrival(f"{address.value}:{self.said}", address, words, at, shown)
        heard = Heard(self.inbox_id, self.workspace_id, WEBCHAT, arrival)
        [received] = actions.receive(heard=[heard], now=at)
        if customer.email:
            claim_email(
                workspace_id=self.workspace_id,
                person_id=received.person_id,
                email=customer.email,
                now=at,
            )
        return received.conversation_id, received.person_id

    def _picture(self, at: datetime, name: str) -> int:
        content = ContentFile(broken_lid(), name=name)
        row = files.store(
            workspace_id=self.workspace_id,
            uploader="visitor:external:mei",
            name=name,
            content=content,
            now=at,
        )
        return row.id


def broken_lid() -> bytes:
    """Draw a teapot's lid with a crack, as a PNG of 360 x 240 pixels."""
    width, height = 360, 240
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(_color(x - width / 2, y - height / 2))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def _color(x: float, y: float) -> tuple[int, int, int]:
    far = (x * x + y * y * 1.35) ** 0.5
    crack = abs(x - 8 - (y * 0.4) + 7 * ((int(y) // 9) % 2)) < 2.2 and y > -20  # noqa: PLR2004
    if far < 18:  # noqa: PLR2004 - the knob
        return 112, 62, 36
    if far < 92:  # noqa: PLR2004 - the lid
        return (70, 36, 22) if crack else (169 - int(far / 4), 104 - int(far / 5), 61)
    if far < 98:  # noqa: PLR2004 - its rim
        return 96, 52, 30
    shade = int((y + 120) / 12)
    return 239 - shade, 231 - shade, 216 - shade


def _actor_of(email: str, workspace_id: int) -> Actor:
    seats = seats_of_user(User.objects.values_list("pk", flat=True).get(email=email))
    return next(seat.actor for seat in seats if seat.actor.workspace_id == workspace_id)
