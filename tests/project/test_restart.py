"""The database restarts: who comes afterwards, or was just asking, notices nothing."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.make.world import World, world

from tongxin.center.accounts.models import Member, User
from tongxin.center.kit.signals import connection_info
from tongxin.project.database.base import hung_up

Execute = Callable[..., Any]


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


@pytest.fixture
def owner(tea: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Member.objects.get(pk=tea.owner.id).user)
    return client


class Death:
    """Ends our connection as a restart would, before the statement of this number."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Execute, *given: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            end_all()
        return execute(*given)


def end_all() -> None:
    """End every connection to this database, the one in use and those that lie in the pool."""
    with psycopg.connect(connection_info(), autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_an_idle_connection_is_not_taken_for_a_dead_one(tea: World) -> None:
    connection.ensure_connection()

    assert not hung_up(connection.connection.fileno())


def test_the_connection_that_came_back_last_goes_first(tea: World) -> None:
    connection.close()
    pool = connection.pool  # type: ignore[attr-defined]
    first, second = pool.getconn(), pool.getconn()
    for one in (first, second):
        pool.putconn(one)

    again = pool.getconn()

    pool.putconn(again)
    assert again is second


def test_a_dead_connection_is_not_handed_out(tea: World) -> None:
    for _restart in range(3):
        connection.ensure_connection()
        connection.close()
        end_all()

        assert User.objects.count() == 1


def test_pages_after_a_restart_come_as_ever(owner: Client) -> None:
    connection.close()
    end_all()

    assert owner.get("/desk/waiting/").status_code == 200


@pytest.mark.parametrize("at", [1, 2, 5])
def test_a_page_that_was_under_way_comes_all_the_same(owner: Client, at: int) -> None:
    with connection.execute_wrapper(Death(at)):
        answer = owner.get("/desk/waiting/", headers={"Accept": "text/html"})

    assert answer.status_code == 200


def test_a_question_of_a_machine_that_was_under_way_is_answered(owner: Client, tea: World) -> None:
    bearer = {"Authorization": f"Bearer {tea.token()}"}

    with connection.execute_wrapper(Death(2)):
        answer = Client().get("/api/v1/conversations", headers=bearer)

    assert answer.status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_form_that_was_under_way_is_not_sent_twice_but_says_so(
    owner: Client, accept: str
) -> None:
    with connection.execute_wrapper(Death(3)):
        answer = owner.post("/looks/presence/", {"state": "away"}, headers={"Accept": accept})
    connection.close()

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert b"busy" in answer.content


def test_without_the_pool_s_care_the_first_question_would_fail(tea: World) -> None:
    """What this is all about, in case PostgreSQL or Django ever changes it."""
    connection.ensure_connection()
    end_all()

    with pytest.raises(OperationalError):
        User.objects.count()
    connection.close()
