"""Whatever is sent to whichever door: a clear answer with a code, never a break."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import tongxin.faces
from tests.make.world import World, world
from tongxin.center.accounts.models import Member
from tongxin.center.kit.ids import PREFIXES, public_id
from tongxin.service.conversations.models import Conversation

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
_FIELD = re.compile(r"(?:POST|GET)\.get(?:list)?\(\"(\w+)\"")
_PART = re.compile(r"\(\?P<(\w+)>.*?\)|<(?:(\w+):)?(\w+)>")
NUL, HALF, DIGITS = b"a\x00b", b"\xed\xa0\x80", b"9" * 5_000
STRANGE = [
    b"", NUL, HALF, DIGITS, b"\xff", b"x" * 100_000, "²".encode(), b"-1", b"9223372036854775808", b"1e999",
    b"{" * 2_000, b"0001-01-01T00:00", b"9999-12-31T23:59:59+23:59", b"<script>",
]  # fmt: skip


@pytest.fixture
def tea() -> World:
    found = world()
    found.write("壶盖碎了")
    return found


@pytest.fixture
def owner(tea: World) -> Client:
    return logged_in(tea)


def logged_in(tea: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Member.objects.get(pk=tea.owner.id).user)
    return client


def patterns(inside: Any = None, before: str = "") -> Iterator[str]:
    """Return every address of ours, with its parts in angle brackets."""
    for entry in (inside or get_resolver()).url_patterns:
        path = before + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path) if entry.app_name else ()
        elif isinstance(entry, URLPattern):
            yield "/" + path


@cache
def fields() -> set[str]:
    """Return the name of every field that some door reads."""
    folder = Path(tongxin.faces.__path__[0])
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    return {name for source in sources for name in _FIELD.findall(source)}


def filled(pattern: str, part: bytes | None, good: dict[str, str]) -> str:
    """Fill in an address: with the same strange part everywhere, or with what is good there."""

    def fill(match: re.Match[str]) -> str:
        name = match[1] or match[3]
        return good.get(name, "x") if part is None else quote_from_bytes(part, safe="") or "x"

    return _PART.sub(fill, pattern)


def good_parts(tea: World) -> dict[str, str]:
    mine = Conversation.objects.get(workspace_id=tea.workspace_id)
    ids = {
        "conversation": mine.pk, "person": mine.person_id, "member": tea.owner.id, "inbox": tea.inbox_id,
        "token": 1,
    }  # fmt: skip
    named = {name: public_id(PREFIXES[name], number) for name, number in ids.items()}
    return {**named, "view": "all", "verb": "resolve", "channel": "webchat", "key": mine.inbox.key}


def form(value: bytes) -> bytes:
    # Only what has to be is written as %7B: to read that back costs what the doors' own work would hide behind.
    said = quote_from_bytes(value, safe="{<>").encode()
    return b"&".join(name.encode() + b"=" + said for name in sorted(fields()))


def sent(client: Client, method: str, path: str, body: bytes = b"", **more: Any) -> int:
    return client.generic(method, path, body, **{"content_type": FORM, **more}).status_code


def test_the_sweep_knows_doors_and_fields() -> None:
    assert {"/desk/c/<str:conversation>/say/", "/widget/<slug:key>/files"} <= set(patterns())
    assert {"text", "client_id", "member", "until", "settings"} - fields() <= {"settings"}


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: repr(value[:20]))
def test_no_form_however_strange_breaks_a_door(owner: Client, tea: World, value: bytes) -> None:
    good, body, broken = good_parts(tea), form(value), []

    for pattern in patterns():
        path = filled(pattern, None, good)
        if (status := sent(owner, "POST", path, body)) >= 500:
            broken.append((path, status))

    assert not broken


@pytest.mark.parametrize("value", [NUL, HALF, DIGITS], ids=lambda value: repr(value[:20]))
def test_no_question_however_strange_breaks_a_door(owner: Client, tea: World, value: bytes) -> None:
    good, asked, broken = good_parts(tea), form(value).decode(), []

    for pattern in patterns():
        path = filled(pattern, None, good)
        if (status := sent(owner, "GET", f"{path}?{asked}")) >= 500:
            broken.append((path, status))

    assert not broken


@pytest.mark.parametrize(
    "part", [NUL, HALF, DIGITS[:500], b"\xff", b"../../x"], ids=lambda part: repr(part[:20])
)
def test_no_address_however_strange_breaks_a_door(owner: Client, tea: World, part: bytes) -> None:
    broken = []

    for pattern, method in product(patterns(), ("POST", "GET")):
        path = filled(pattern, part, {})
        if "<" in pattern and (status := sent(owner, method, path)) >= 500:
            broken.append((method, pattern, status))

    assert not broken


def test_nothing_of_another_workspace_is_found(tea: World) -> None:
    stranger, good = logged_in(world("Leaf & Kettle")), good_parts(tea)
    wrong = []

    for pattern, method in product(patterns(), ("POST", "GET")):
        path = filled(pattern, None, good)
        concerns = pattern.startswith(("/desk/", "/studio/")) and "<" in pattern
        if not concerns or "channel" in pattern or path == "/desk/all/" or "rows" in pattern:
            continue
        body = b"text=hi&name=x&member=me&role=agent&capacity=3&kid=k_1"
        status = sent(stranger, method, path, body)
        if status not in {302, 404, 405, 422} and not (status == 204 and method == "POST"):
            wrong.append((method, path, status))

    assert not wrong
    assert Conversation.objects.get(workspace_id=tea.workspace_id).status == "new"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"junk", "multipart/form-data"),
        (b"junk", "multipart/form-data; boundary=\xff".encode("latin-1").decode("latin-1")),
        (b"a=1&" * 5_000, FORM),
        (b"text=" + b"x" * 3_000_000, FORM),
        (b"text=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"\x00\xff", "application/json"),
        (b"", ""),
    ],
    ids=["cut off", "no boundary", "strange boundary", "many fields", "huge", "charset", "json", "none"],
)  # fmt: skip
def test_no_body_however_strange_breaks_a_door(
    owner: Client, tea: World, body: bytes, kind: str
) -> None:
    good, broken = good_parts(tea), []

    for pattern in patterns():
        path = filled(pattern, None, good)
        if (status := sent(owner, "POST", path, body, content_type=kind)) >= 500:
            broken.append((path, status))

    assert not broken


@pytest.mark.parametrize("path", ["/nowhere", "/desk/c/%00/", "/widget/nobody/config", "/%ff"])
def test_what_is_not_there_is_told_with_a_code(owner: Client, path: str) -> None:
    answer = owner.get(path)

    assert (answer.status_code, "code" in answer.json()) == (404, True)


def test_a_body_too_large_is_told_with_a_code(owner: Client, tea: World) -> None:
    path = filled("/desk/c/<str:conversation>/draft/", None, good_parts(tea))

    answer = owner.post(path, b"text=" + b"x" * 3_000_000, content_type=FORM)

    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
