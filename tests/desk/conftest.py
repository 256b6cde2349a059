import pytest
from django.test import Client

from tests.make.world import World, world
from tongxin.center.accounts.models import Member, User
from tongxin.center.kit.actor import Actor


def log_in(client: Client, member: Actor) -> Client:
    """Sit a member down at the desk."""
    user = User.objects.get(pk=Member.objects.get(pk=member.id).user_id)
    client.force_login(user)
    return client


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def li(tea: World, client: Client) -> Client:
    """李工 at the desk."""
    return log_in(client, tea.owner)
