"""Somebody comes in by their company's log-in, through the browser: this workspace opens, no other one."""

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.house import House
from tests.make import saml
from tests.make.oidc import CLIENT, SECRET, provider

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
CONNECT = """
from datetime import UTC, datetime
from tongxin.center.accounts.actions import found_workspace, join
from tongxin.center.accounts.models import User
from tongxin.center.accounts.queries import seats_of_user
from tongxin.center.accounts.values import Role
from tongxin.center.federation import actions
from tongxin.center.federation.values import Kind, Mapped, Plan
now = datetime.now(UTC)
owner = seats_of_user(User.objects.get(email={owner!r}).pk)[0]
other = found_workspace(
    name="别家店", language="zh-hans", owner_email={email!r}, owner_name="小梅",
    password="a kettle of tea", now=now,
)
plan = Plan(
    name="公司账号", address={issuer!r}, client_id={client!r}, secret={secret!r}, short_name={short!r},
    mapped=[Mapped("leads", Role.ADMIN)], otherwise=None, takes_new=True,
)
made = actions.create(actor=owner.actor, kind=Kind.OIDC, plan=plan, now=now)
actions.switch(actor=owner.actor, connection_ids=[made], is_on=True, now=now)
print(json.dumps({{"workspace": owner.workspace_name}}))
"""


def test_a_company_s_log_in_opens_its_workspace_and_nothing_else(
    chromium: Browser, house: House
) -> None:
    short = f"tea-{uuid4().hex[:8]}"
    email = f"{short}@xiaoman.example"
    with provider(
        sub=short, email=email, email_verified=True, groups=["leads"], name="小梅"
    ) as idp:
        code = CONNECT.format(
            owner=house.founded["email"], email=email, issuer=idp.issuer, client=CLIENT,
            secret=SECRET, short=short,
        )  # fmt: skip
        here = house.ask(code)["workspace"]
        context = chromium.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(f"{house.web}/desk/mine/")
        page.get_by_role("link", name="使用企业账号登录").click()
        page.get_by_label("工作邮箱，或公司的短名称").fill(short)
        page.get_by_role("button", name="继续").click()
        page.wait_for_url("**/desk/mine/")

        page.locator(".me summary").click()
        expect(page.locator(".me-menu")).to_contain_text(here)
        expect(page.locator(".me-menu")).not_to_contain_text("别家店")
        page.goto(f"{house.web}/studio/members/")  # the group's role may do that
        expect(page.get_by_role("heading", name="成员", exact=True)).to_be_visible()
        page.goto(f"{house.web}/account/mfa/")
        expect(page.locator("h1")).to_contain_text("你是通过企业账号登录的")
        page.goto(f"{house.web}/account/sessions/")
        expect(page.locator(".row-list")).to_contain_text("公司账号")

        idp.person["groups"] = []
        other = chromium.new_context(locale="zh-CN").new_page()
        other.goto(f"{house.web}/account/sso/")
        other.get_by_label("工作邮箱，或公司的短名称").fill(short)
        other.get_by_role("button", name="继续").click()
        expect(other.locator("h1")).to_contain_text("你所在的用户组在这里没有对应的角色")
        expect(other.get_by_role("link", name="重试")).to_be_visible()
        other.context.close()
        context.close()


CONNECT_BY_SAML = """
from datetime import UTC, datetime
from tongxin.center.accounts.models import User
from tongxin.center.accounts.queries import seats_of_user
from tongxin.center.federation import actions
from tongxin.center.federation.models import Connection
from tongxin.center.federation.values import Kind, Plan
now = datetime.now(UTC)
owner = seats_of_user(User.objects.get(email={owner!r}).pk)[0].actor
plan = Plan(name="公司账号", metadata={metadata!r}, domains=["xiaoman.example"], takes_new=True)
made = actions.create(actor=owner, kind=Kind.SAML, plan=plan, now=now)
actions.switch(actor=owner, connection_ids=[made], is_on=True, now=now)
print(json.dumps(Connection.objects.get(pk=made).key))
"""


def test_an_answer_posted_from_another_site_finds_its_log_in(
    chromium: Browser, house: House
) -> None:
    """A browser sends no cookie of ours with it: it comes once more, from a page of ours."""
    email = f"{uuid4().hex[:8]}@xiaoman.example"
    key = house.ask(CONNECT_BY_SAML.format(owner=house.founded["email"], metadata=saml.metadata()))
    here = f"{house.web}/account/sso/{key}"

    def provide(route: Route) -> None:
        request, state = saml.asked(route.request.url)
        said = saml.Said(
            request, f"{here}/acs/", f"{here}/metadata/", name=email, attributes={"email": [email]}
        )
        form = (
            f'<form method="post" action="{here}/acs/"><input name="SAMLResponse" '
            f'value="{saml.packed(saml.usual(said))}"><input name="RelayState" value="{state}">'
            "<button>Go</button></form>"
        )
        route.fulfill(content_type="text/html", body=form)

    context = chromium.new_context(locale="zh-CN")
    context.route("https://login.example/**", provide)
    page = context.new_page()
    sent = page.request.get(
        f"{here}/?next=/desk/mine/", max_redirects=0
    )  # redirects are not routed
    page.goto(sent.headers["location"])
    page.get_by_role("button", name="Go").click()
    page.wait_for_url("**/desk/mine/")

    page.locator(".me summary").click()
    expect(page.locator(".me-menu")).to_contain_text(email.partition("@")[0])
    context.close()
