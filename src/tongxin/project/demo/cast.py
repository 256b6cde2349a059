"""Who is in the demo: a small permanent cast."""

from dataclasses import dataclass

from tongxin.center.accounts.values import Role

SHOP = "小满茶具 Xiaoman Tea"


@dataclass(frozen=True)
class Colleague:
    key: str
    name: str
    email: str
    role: Role
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh",)


@dataclass(frozen=True)
class Customer:
    """Somebody who writes; with an account, or as a stranger on the web."""

    key: str
    name: str
    email: str = ""
    has_account: bool = True


TEAM = (
    Colleague("li", "李工", "li@xiaoman.example", Role.OWNER),
    Colleague("wang", "王敏", "wang@xiaoman.example", Role.ADMIN, ("退换", "刻字"), ("zh", "en")),
    Colleague("zhou", "周航", "zhou@xiaoman.example", Role.AGENT, ("退换",)),
    Colleague("anna", "Anna Becker", "anna@xiaoman.example", Role.AGENT, ("批发",), ("en", "de")),
)
CUSTOMERS = (
    Customer("mei", "小梅"),
    Customer("chenli", "陈立"),
    Customer("zhounv", "周女士", "zhou.jing@post.example"),
    Customer("sun", "孙老师"),
    Customer("zhao", "赵强"),
    Customer("linxi", "林溪"),
    Customer("heping", "何平"),
    Customer("ouyang", "欧阳婉清"),
    Customer("tom", "Tom Becker", "tom.becker@mail.example"),
    Customer("amelie", "Amélie Laurent"),
    Customer("greta", "Margarete Hoffmann-Schneidereit", "m.hoffmann@mail.example"),
    Customer("jack", "Jack O’Neill"),
    Customer("yuki", "Yuki Tanaka"),
    Customer("v1", "", has_account=False),
    Customer("v2", "", "luna@mail.example", has_account=False),
    Customer("v3", "", has_account=False),
    Customer("v4", "", has_account=False),
)
