"""The description of the API: valid, approved, and true."""

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from tests.make.world import World
from tongxin.faces.developers.pages import rooms
from tongxin.faces.developers.rest import credentials
from tongxin.faces.developers.rest.openapi import document
from tongxin.faces.developers.rest.paths import plural
from tongxin.faces.developers.rest.routes import by_name

APPROVED = Path(__file__).parents[2] / "docs/openapi.json"
PLACES = [(method, path) for path, methods in document()["paths"].items() for method in methods]
# For each operation and mode; other ones in each run. More of them: TONGXIN_API_EXAMPLES=100 pytest ...
EXAMPLES = int(os.environ.get("TONGXIN_API_EXAMPLES", "3"))
load_all_checks()
# A room knows rules that no schema can say (a name is not blank): it refuses them with 422.
_REFUSALS = {  # what it expects by itself, and 413: now and then it sends megabytes
    "negative_data_rejection": {
        "expected-statuses": [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
    }
}
SAYS_NO_ANYWAY: list[Any] = CHECKS.get_by_names(["positive_data_acceptance"])


def described() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(document(), default=str))
    return read


def test_it_is_openapi() -> None:
    validate(described())


def test_it_is_the_one_that_was_approved() -> None:
    text = json.dumps(described(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("APPROVE"):
        APPROVED.write_text(text, encoding="utf-8")

    assert text == APPROVED.read_text("utf-8"), "look at the difference, then: make openapi"


@pytest.mark.parametrize(
    ("noun", "words"),
    [("view", "views"), ("status", "statuses"), ("inbox", "inboxes"), ("identity", "identities"),
     ("skills", "skills"), ("person_tag", "person-tags"), ("day", "days"), ("person", "people")],
)  # fmt: skip
def test_addresses_are_good_english(noun: str, words: str) -> None:
    assert plural(noun) == words


def test_every_operation_says_what_it_does_and_shows_an_example() -> None:
    for places in rooms().values():
        for _method, _path, told in places:
            assert told["summary"]
            assert "Scope:" in told["description"]
    assert len(by_name()) + 2 == sum(len(places) for places in rooms().values())


def test_anybody_may_read_it(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")

    assert json.loads(response.content) == described()


@pytest.mark.parametrize(
    "name", sorted(n for n, r in by_name().items() if r.place.method == "POST")
)
def test_its_examples_have_the_form_they_show(name: str) -> None:
    route = by_name()[name]
    told = document()["paths"][f"/api/v1{route.place.path}"]["post"]

    example = told["requestBody"]["content"]["application/json"]["example"]

    assert route.body.model_validate_json(json.dumps(example), strict=True)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/developers/", "/developers/api/"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_it_can_be_browsed_in_both_languages(client: Client, path: str, language: str) -> None:
    response = client.get(path, headers={"Accept-Language": language})

    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()
    assert "style=" not in response.content.decode()


@pytest.mark.django_db
def test_every_room_has_a_name_in_both_languages(client: Client) -> None:
    for language in ("en", "zh-CN"):
        page = client.get(
            "/developers/api/", headers={"Accept-Language": language}
        ).content.decode()

        assert not [room for room in rooms() if f">{room}</a>" in page]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request's end does not close the connection that the test's transaction runs on."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), PLACES, ids=lambda part: part)
def test_nothing_that_is_sent_finds_it_untrue(
    method: str, path: str, mode: GenerationMode, tea: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "SIZE", 10**9)
    tea.conversations(2)
    token = tea.token()
    strategy = _schema()[path][method].as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def try_out(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=SAYS_NO_ANYWAY
        )

    with suppress(SkipTest, Unsatisfiable) if _asks_nothing(method, path) else nullcontext():
        try_out()


def _asks_nothing(method: str, path: str) -> bool:
    """Whether nothing can be wrong, as nothing is asked but headers and a place."""
    asked = document()["paths"][path][method]
    places = {parameter["in"] for parameter in asked.get("parameters", ())}
    return places <= {"header", "path"} and "requestBody" not in asked


@cache
def _schema() -> Any:
    # NUL is refused with 400, see test_rest.py
    generation = {"allow-x00": False, "with-security-parameters": False}  # the token is ours
    config = SchemathesisConfig.from_dict({"generation": generation, "checks": _REFUSALS})
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), config=config
    )
