"""The shop brought in the members of a tea fair from a table: most went well, two rows did not."""

from datetime import datetime, timedelta

from tongxin.center.imports import actions
from tongxin.center.imports.values import Plan
from tongxin.center.kit.actor import Actor

_FAIR = """姓名,手机,邮箱,公司,会员等级,爱喝的茶,标签,邮件营销
沈云舟,13900010001,shen@fair.example,,银卡,白茶,来源:展会,同意
Alice Moreau,+33 6 12 34 56 78,alice@fair.example,Maison du Thé,普通,Sencha,来源:展会,不同意
顾小满,13900010003,gu@fair.example,杭州清和文化,金卡,普洱,来源:展会、紫砂壶,同意
韩冬,139000,han@fair.example,,普通,,来源:展会,
陆一鸣,13900010005,lu@fair.example,,钻石卡,龙井,来源:展会,同意
苏晴,13900010006,su@fair.example,杭州清和文化,银卡,,来源:展会,
沈云舟,13900010001,,,,,,
"""
_MEANT = Plan(
    ("name", "phone", "email", "organization", "attribute.tier", "attribute.favorite", "tags",
     "consent.email.marketing"),
    proof="2026 春季茶博会登记表",
)  # fmt: skip
_NEXT = "name;e-mail;company\nKenji Ito;kenji@tea.example;Becker Teehandel GmbH\nOlga;olga@tea.example;\n"


def bring(owner: Actor, now: datetime) -> None:
    """Take the fair's table in, and leave another one to be looked at."""
    at = now - timedelta(days=2)
    made = actions.open_table(actor=owner, name="茶博会登记.csv", text=_FAIR, now=at)
    actions.check_plan(actor=owner, import_id=made, plan=_MEANT, now=at)
    _through(made, at)
    actions.begin(actor=owner, import_id=made, now=at)
    _through(made, at)
    actions.open_table(actor=owner, name="fair-contacts.csv", text=_NEXT, now=now)


def _through(import_id: int, now: datetime) -> None:
    while actions.work(now=now, import_id=import_id):
        pass
