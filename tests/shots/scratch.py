"""Two workspaces beside the demo's, as hard to draw as can be: an empty one, and one of long words."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext as _

from tests.shots import EMPTY, LONG
from tongxin.center.accounts.actions import found_workspace
from tongxin.center.accounts.models import User
from tongxin.center.accounts.queries import seats_of_user
from tongxin.center.imports import actions as imports
from tongxin.center.imports.queries import one
from tongxin.center.kit.actor import Actor
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.faces.desk.many import JobPane
from tongxin.faces.doors import accidents
from tongxin.faces.doors.pages import jinja
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.queries import inboxes
from tongxin.service.channels.values import Heard
from tongxin.service.conversations import actions
from tongxin.service.views.queries import JobRow, ProblemRow
from tongxin.service.views.values import JobState, Verb

PASSWORD = "a kettle of tea"
GERMAN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
CHINESE = "一把壶泡一种茶"
ADDRESS = f"https://example.com/{'sehr-lang/' * 30}?{'q=1&' * 40}"
CODE = f"```\n{'x = 1; ' * 60}\n```\n\n- one\n- two\n\n> quoted"
TABLE = f"""姓名,邮箱,手机
小梅,mei@example.com,13800000001
{"欧阳" * 70},no address,1380000000111111111
{GERMAN},{GERMAN}@example.com,
王小明,ming@,abc
,,
"""
TALKS = (  # days ago, who, what they say, how it is tagged
    (380, "", (ADDRESS, "W" * 300), ()),
    (40, "👩‍👩‍👧‍👦 Zoë", ("🫖🍵😢", CODE), ("a",)),
    (1, "欧阳" * 30, (CHINESE * 40, "好" * 1200), ("特别特别特别特别特别长的标签名称", "退款", "破损")),
    (0, f"{GERMAN} {GERMAN}", ("Hallo!", GERMAN * 2, f"Wo bleibt das {GERMAN}?"), (GERMAN[:40],)),
)  # fmt: skip


def main() -> None:
    """Found both unless they are there; print how to get in."""
    if not User.objects.filter(email=LONG).exists():
        _found(EMPTY, "空 Empty", "王小明")
        _fill(_found(LONG, f"{GERMAN} 长名字", f"Maximilian {GERMAN[:30]}"))
    key = inboxes(actor=_actor(LONG))[0].key
    told = {
        "logins": {EMPTY: PASSWORD, LONG: PASSWORD},
        "inbox": key,
        "reset": _reset(),
        "failed": _failed(),
        "jobs": _jobs(),
    }
    print(json.dumps(told))  # noqa: T201


def _reset() -> str:
    """Return the way that the mail with a link to a new password shows."""
    user = User.objects.get(email=EMPTY)
    return f"/account/password/reset/key/{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}/"


def _failed() -> dict[str, str]:
    """Return the page of a failure in each language: nothing can be asked for that fails."""
    pages = {}
    for name, code in (("zh", "zh-hans"), ("en", "en")):
        request = RequestFactory().get("/", headers={"Accept": "text/html"})
        with translation.override(code):
            pages[name] = accidents.broke(request).content.decode()
    return pages


def _jobs() -> dict[str, list[str]]:
    """Return in each language how a job looks that runs, and one that is over: the real ones are too quick."""
    at, verb = datetime.now(UTC), Verb.RESOLVE
    runs = JobRow(1, verb, JobState.RUNNING, 10_000, 3_417, 3_400, 17, at)
    over = JobRow(2, verb, JobState.DONE, 10_000, 10_000, 9_980, 12, at)
    people = ("小梅", GERMAN, "欧阳" * 12)
    lines = [ProblemRow(n, n, name, "", "") for n, name in enumerate(people, 1)]
    drawn = {}
    for name, code in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(code):
            told = [replace(line, why=_("Say first what it was about.")) for line in lines]
            panes = (JobPane(runs, ()), JobPane(over, told))
            drawn[name] = [jinja("desk/job.html").render(pane=pane) for pane in panes]
    return drawn


def _found(email: str, name: str, owner: str) -> Actor:
    now = datetime.now(UTC) - timedelta(days=400)
    found_workspace(
        name=name, language="zh-hans", owner_email=email, owner_name=owner, password=PASSWORD, now=now
    )  # fmt: skip
    return _actor(email)


def _actor(email: str) -> Actor:
    return seats_of_user(User.objects.get(email=email).pk)[0].actor


def _fill(owner: Actor) -> None:
    now = datetime.now(UTC)
    look = {"brand": f"{GERMAN[:40]} GmbH", "color": "#b3261e", "ask_email": True}
    inbox = create_inbox(actor=owner, channel="webchat", name=GERMAN, settings=look, now=now)
    for days, name, texts, tags in TALKS:
        at = now - timedelta(days=days, minutes=7)
        for number, text in enumerate(texts):
            address = Address(EXTERNAL, f"{days}-{GERMAN}", name)
            arrival = Arrival(f"{days}:{number}", address, text, at)
            heard = Heard(inbox, owner.workspace_id, "webchat", arrival)
            [received] = actions.receive(heard=[heard], now=at)
        ids = [received.conversation_id]
        said = f"{GERMAN}: {texts[0][:300]}"
        actions.reply(actor=owner, conversation_ids=ids, text=said, now=at)
        actions.note(actor=owner, conversation_ids=ids, text=GERMAN * 2, now=at)
        if tags:
            actions.tag(actor=owner, conversation_ids=ids, add=tags, now=at)
    table = imports.open_table(actor=owner, name="会员.csv", text=TABLE, now=now)
    meant = one(actor=owner, import_id=table).plan
    imports.check_plan(actor=owner, import_id=table, plan=meant, now=now)
    again = Heard(inbox, owner.workspace_id, "webchat", Arrival("again", address, "?", now))
    actions.receive(heard=[again], now=now)
