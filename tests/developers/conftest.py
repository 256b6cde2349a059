from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.make.world import World, world

Asked = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def address(settings: Settings) -> None:
    """Vendors reach this house: whatever depends on it can be done."""
    settings.ADDRESS = "https://desk.example"


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def client() -> Client:
    """Like a real caller: what breaks is answered, not raised."""
    return Client(raise_request_exception=False)


class Api:
    """A machine that calls the API with a token."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.token = token

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", headers=self._with(headers))  # type: ignore[return-value]

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            f"/api/v1{path}", body, content_type="application/json", headers=self._with(headers)
        )

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.token}"} | named


@pytest.fixture
def api(client: Client, tea: World) -> Api:
    """A machine that may do all that 李工 may do."""
    return Api(client, tea.token())
