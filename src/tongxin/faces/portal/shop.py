"""The demo shop: how 小满茶具 would put the widget on its own pages."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.pages import html_language
from tongxin.faces.portal.cors import asked_language
from tongxin.faces.portal.goods import ABOUT, CARE, POTS, TEAS, Said
from tongxin.service.channels import visitors
from tongxin.service.channels.queries import inbox_by_key, secret_of

_SIGNED_FOR = timedelta(hours=12)
MEI = {"subject": "mei", "name": "小梅"}


@require_safe
def page(request: HttpRequest, part: str) -> HttpResponse:
    """Show a page of the shop, with the chat on it; ``?as=mei`` comes with a signed log-in."""
    with translation.override(asked_language(request)):
        is_chinese = html_language() == "zh-CN"
        is_mei = request.GET.get("as") == "mei"
        key = str(request.GET.get("inbox") or _founded("inbox"))
        values = {
            "part": part, "say": lambda said: said.zh if is_chinese else said.en,
            "about": ABOUT, "care": CARE, "pots": POTS, "teas": TEAS, "is_mei": is_mei,
            "inbox": key, "jwt": identity_for(key, now=timezone.now()) if is_mei else "",
            "here": request.path, "query": _query(request), "Said": Said,
        }  # fmt: skip
        return HttpResponse(render_to_string(f"portal/{part}.html", values))


def identity_for(key: str, *, now: datetime) -> str:
    """Sign 小梅's log-in as the shop's own server would; empty where no key is set for it."""
    kid = _founded("kid")
    try:
        secret = secret_of(inbox_id=inbox_by_key(key=key).id, kid=kid) if kid else None
    except Refused:
        secret = None
    if not secret:
        return ""
    return visitors.sign(kid=kid, secret=secret, expires=now + _SIGNED_FOR, **MEI)


def _founded(name: str) -> str:
    """Return what the loading of the demo wrote down; empty where it was not loaded (yet)."""
    try:
        return str(json.loads(settings.SHOP.read_text(encoding="utf-8"))[name])
    except FileNotFoundError:
        return ""


def _query(request: HttpRequest) -> dict[str, str]:
    """What every link of the shop carries on, so that the demo needs no cookie."""
    return {name: request.GET[name] for name in ("language", "as", "inbox") if name in request.GET}
