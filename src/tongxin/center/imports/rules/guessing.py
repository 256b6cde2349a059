"""What the columns of a table probably mean."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from tongxin.center.imports.values import ATTRIBUTE, SEVERAL

# Headings as people write them, folded: without spaces, signs and case.
_HEADINGS: Mapping[str, Sequence[str]] = {
    "name": (
        "name", "fullname", "displayname", "customer", "customername", "contact", "contactname", "person",
        "姓名", "名字", "名称", "客户", "客户姓名", "客户名称", "用户", "用户姓名", "用户名", "联系人", "昵称", "称呼",
        "收货人", "会员姓名",
    ),
    "email": (
        "email", "mail", "emailaddress", "mailaddress", "邮箱", "电子邮箱", "邮件", "电子邮件", "邮箱地址", "邮件地址",
        "联系邮箱",
    ),
    "phone": (
        "phone", "mobile", "tel", "telephone", "cell", "cellphone", "phonenumber", "mobilephone", "mobilenumber",
        "手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "移动电话", "联系手机",
    ),
    "postal": (
        "address", "postaladdress", "street", "shippingaddress", "地址", "通讯地址", "联系地址", "收货地址", "邮寄地址",
        "详细地址",
    ),
    "external": (
        "id", "externalid", "customerid", "userid", "accountid", "account", "memberid", "uid", "customerno",
        "客户编号", "用户编号", "会员编号", "会员号", "会员卡号", "编号", "账号", "帐号", "外部编号", "外部id",
        "用户id", "客户id",
    ),
    "organization": (
        "organization", "organisation", "company", "companyname", "employer", "firm", "公司", "公司名称", "单位",
        "企业", "企业名称", "组织", "机构", "所属公司", "工作单位", "企业客户",
    ),
    "tags": ("tags", "tag", "labels", "label", "标签", "用户标签", "客户标签", "分类标签"),
    "language": ("language", "locale", "lang", "语言", "语种", "首选语言"),
    "proof": (
        "consentproof", "consentsource", "proof", "授权依据", "授权来源", "同意依据", "同意来源", "授权凭证",
    ),
    "consent.email.marketing": (
        "emailconsent", "newsletter", "emailmarketing", "marketingemail", "emailoptin", "acceptsmarketing",
        "acceptsemailmarketing", "邮件营销", "邮件营销同意", "接收营销邮件", "同意邮件营销",
    ),
    "consent.sms.marketing": (
        "smsconsent", "smsmarketing", "smsoptin", "acceptssmsmarketing", "短信营销", "短信营销同意", "同意短信营销",
        "接收营销短信",
    ),
    "consent.any.marketing": ("marketingconsent", "marketing", "optin", "营销同意", "同意营销", "接收营销"),
}  # fmt: skip
_MEANING = {heading: meaning for meaning, known in _HEADINGS.items() for heading in known}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s().-]{7,20}", re.ASCII)


def guessed(
    head: Sequence[str], sample: Sequence[Sequence[str]], attributes: Mapping[str, str]
) -> tuple[bool, tuple[str, ...]]:
    """Return whether the first row is a head, and what each column probably means.

    ``attributes``: the names of the workspace's own, by key. Without a head the cells themselves tell
    addresses; in any case no meaning is given twice that can be only once.
    """
    names = {_folded(name): f"{ATTRIBUTE}{key}" for key, name in attributes.items()}
    names |= {_folded(key): f"{ATTRIBUTE}{key}" for key in attributes}
    meant = [names.get(_folded(cell)) or _MEANING.get(_folded(cell), "") for cell in head]
    has_head = any(meant)
    if not has_head:
        meant = [
            _by_cells([row[n] for row in (head, *sample) if n < len(row)]) for n in range(len(head))
        ]
    taken: set[str] = set()
    for place, meaning in enumerate(meant):
        if meaning in taken and meaning not in SEVERAL:
            meant[place] = ""
        taken.add(meaning)
    return has_head, tuple(meant)


def _by_cells(cells: Sequence[str]) -> str:
    said = [cell for cell in cells if cell]
    if said and all(map(_EMAIL.fullmatch, said)):
        return "email"
    return "phone" if said and all(map(_PHONE.fullmatch, said)) else ""


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())
