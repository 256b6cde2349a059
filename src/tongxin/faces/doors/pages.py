"""Pages: Jinja2 templates with our words, icons, assets and dates."""

import json
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from tongxin.center.accounts.queries import Seat
from tongxin.center.kit.ids import PREFIXES, public_id
from tongxin.center.kit.richtext import to_html
from tongxin.faces.doors.actors import is_bound, maybe_seat, seats_here
from tongxin.faces.doors.acts import wrong
from tongxin.faces.doors.dates import calendar
from tongxin.service.team.queries import at_a_glance

_TONGUE = "tongue"
# What differs from page to page in a kept fragment. Nobody else can know these words; they begin with a character
# that no text has a use for.
_BLANK = "\ue000"
_TOKEN, _HERE, _HOLE = (f"{_BLANK}{word}_{token_hex(16)}" for word in ("token", "here", "hole"))
_HOLES = re.compile(rf"{_HOLE}-({_BLANK}?\w+);")


def environment(**options: Any) -> Environment:  # noqa: ANN401
    """Return the Jinja2 environment that all pages are rendered in."""
    env = Environment(  # noqa: S701 - Django's backend asks for autoescape
        **options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals |= {
        "asset": asset, "styles": styles, "icon": icon, "url": url, "pid": pid, "language": html_language,
        "still": still, "kept": kept, "rail": rail, "_": words, "calendar_now": calendar,
        "seat_here": maybe_seat, "wrong": wrong,
    }  # fmt: skip
    env.filters |= {
        "day": day,
        "localday": localday,
        "clock": clock,
        "moment": moment,
        "iso": iso,
        "markdown": markdown,
        "filesize": filesize,
    }
    return env


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return a page. It knows the member's seat, if there is one, and the form token."""
    values = _known(request, context or {})
    with timezone.override(zone_of(values["seat"]) if values["seat"] else None):
        page = jinja(template).render(values)
    late = _filled(page, _blanks(request, values["csrf_token"]))
    return HttpResponse(late, status=status)


@dataclass(frozen=True)
class Holes:
    """What is put in where a frame says ``hole("name")``: texts, and fragments drawn from templates.

    ``rail`` is the place that is marked in the rail.
    """

    rail: str
    texts: Mapping[str, str]
    fragments: Mapping[str, str]


def framed(
    request: HttpRequest, template: str, holes: Holes, context: Mapping[str, Any], **parts: Hashable
) -> HttpResponse:
    """Return a page whose frame says the same whenever its parts (and whose seat it is) do: it is drawn once.

    The fragments in its holes are drawn with the context.
    """
    values = _known(request, context)
    seat = values["seat"]
    frame = _frame(template, translation.get_language() or "", seat, tuple(parts.items()))
    filled = {name: str(escape(text)) for name, text in holes.texts.items()}
    with timezone.override(zone_of(seat) if seat else None):
        filled |= {name: jinja(one).render(values) for name, one in holes.fragments.items()}
        filled["rail"] = rail(request, holes.rail)
    blanks = _blanks(request, values["csrf_token"])
    put_in = {name: _filled(text, blanks).encode() for name, text in (filled | blanks).items()}
    page = [put_in[piece] if isinstance(piece, str) else piece for piece in frame]
    return HttpResponse(b"".join(page))


@lru_cache(maxsize=256)
def _frame(
    template: str, _language: str, seat: Seat | None, parts: tuple[tuple[str, Hashable], ...]
) -> Sequence[bytes | str]:
    """Return a frame's pieces: ready to be sent, or the name of a hole."""
    drawn = jinja(template).render(
        csrf_token=_TOKEN, here=_HERE, seat=seat, theme=seat.theme if seat else "", hole=_hole,
        rail=lambda *_given: _hole("rail"), **dict(parts),
    )  # fmt: skip
    for blank in (_TOKEN, _HERE):
        drawn = drawn.replace(blank, _hole(blank))
    pieces = enumerate(_HOLES.split(drawn))
    return [text if n % 2 else text.encode() for n, text in pieces if text]


def _hole(name: str) -> Markup:
    return Markup(f"{_HOLE}-{name};")  # noqa: S704 - our own words


def _known(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, Any]:
    seat = maybe_seat(request)
    return {
        "request": request,
        _TONGUE: translation.get_language(),  # asked for once, not with every word
        "seat": seat,
        "seats": seats_here(request),
        "theme": seat.theme if seat else "",
        "csrf_token": get_token(request),
        "notices": get_messages(request),
        **context,
    }


def _blanks(request: HttpRequest, token: str) -> dict[str, str]:
    return {_TOKEN: token, _HERE: escape(request.get_full_path())}


def _filled(text: str, blanks: Mapping[str, str]) -> str:
    """Return a text with what kept fragments leave open filled in."""
    if _BLANK in text:  # one character is looked for at once
        for blank, value in blanks.items():
            text = text.replace(blank, value)
    return text


def zone_of(seat: Seat) -> ZoneInfo:
    """Return the time zone in which a member's workspace counts its days."""
    return ZoneInfo(seat.time_zone)


@cache
def jinja(template: str) -> Template:
    """Return a Jinja2 template itself: Django's wrapper would add its own variables."""
    found: Template = get_template(template).template  # type: ignore[attr-defined]
    return found


def still(template: str) -> Markup:
    """Return a fragment that is the same on every page of a language."""
    return kept(template)


def kept(template: str, **parts: Hashable) -> Markup:
    """Return a fragment that says the same whenever its parts are the same: it is drawn once.

    ``csrf_token`` and ``here`` (the page's address) in it are filled in when the page is done.
    """
    return _kept(template, translation.get_language() or "", tuple(parts.items()))


@lru_cache(maxsize=1024)
def _kept(template: str, _language: str, parts: tuple[tuple[str, Hashable], ...]) -> Markup:
    drawn = jinja(template).render(csrf_token=_TOKEN, here=_HERE, **dict(parts))
    return Markup(drawn)  # noqa: S704 - the template escapes


def rail(request: HttpRequest, current: str) -> Markup:
    """Return the rail at the left of a page, at the place called so."""
    seat = maybe_seat(request)
    if seat is None:
        drawn = jinja("doors/rail.html").render(seat=None, current=current, path=request.path)
        return Markup(drawn)  # noqa: S704 - the template escapes
    state, away_for, unread = at_a_glance(member_id=seat.actor.id)
    return kept(
        "doors/rail.html", seat=seat, seats=tuple(seats_here(request)), current=current,
        presence=f"{state.value}:{away_for.value}" if away_for else state.value, unread=unread,
        is_bound=is_bound(request),
    )  # fmt: skip


def asset(entry: str) -> str:
    """Return the address of a built script or style sheet."""
    return settings.STATIC_URL + str(_manifest()[entry]["file"])


def styles(entry: str) -> list[str]:
    """Return the addresses of the style sheets that belong to a built script."""
    return [settings.STATIC_URL + name for name in _manifest()[entry].get("css", ())]


@cache
def icon(name: str, label: str = "") -> Markup:
    """Draw one icon; with a label it is read out, without it is decoration."""
    told = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    sheet = f"{settings.STATIC_URL}icons.svg"
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(told, sheet, name)


@pass_context
def words(reading: Context, message: str, **variables: Any) -> str:  # noqa: ANN401
    """Return a text of ours in the reader's language; what is filled in is escaped (on pages).

    The i18n extension's own ``_`` looks the text up anew each time, and a page has a hundred of them.
    """
    text: str = _words(message, reading.get(_TONGUE) or translation.get_language() or "")
    if not reading.eval_ctx.autoescape:
        text = str(text)
    return text % variables if variables else text


@lru_cache(maxsize=8192)
def _words(message: str, _language: str) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 - our own words


@lru_cache(maxsize=4096)
def url(name: str, *args: str | int, **kwargs: str | int) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def pid(what: str, number: int) -> str:
    """Return a public id: ``pid("conversation", row.id)``."""
    return public_id(PREFIXES[what], number)


def html_language() -> str:
    """Return the page's language as HTML names it."""
    return "zh-CN" if (translation.get_language() or "").startswith("zh") else "en"


def day(at: datetime) -> str:
    return calendar().day(at)


def localday(at: datetime) -> str:
    """Return the day of a time as a form's field has it."""
    return timezone.localtime(at).date().isoformat()


def clock(at: datetime) -> str:
    return calendar().clock(at)


def moment(at: datetime) -> str:
    return calendar().moment(at)


def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def markdown(text: str) -> Markup:
    return Markup(to_html(text))  # noqa: S704 - sanitized by nh3


def filesize(size: int) -> str:
    """Return a size in bytes, kB or MB."""
    if size < 1000:  # noqa: PLR2004
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"  # noqa: PLR2004


def _manifest() -> dict[str, Any]:
    path = Path(settings.STATIC_ROOT) / ".vite/manifest.json"
    return _read_manifest(path, path.stat().st_mtime_ns)


@cache
def _read_manifest(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
