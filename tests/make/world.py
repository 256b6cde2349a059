"""A small world to try things in: a tea shop, its members, and people who write to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from tongxin.center.accounts.actions import create_token, found_workspace, join
from tongxin.center.accounts.models import Member
from tongxin.center.accounts.queries import admitted, seat
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.limits import Limit
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import receive
from tongxin.service.conversations.values import Received

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True)
class World:
    """One workspace with its owner 李工, and an inbox for web chat."""

    workspace_id: int
    owner: Actor
    inbox_id: int

    def member(self, role: Role | int = Role.AGENT, name: str = "Tom") -> Actor:
        """Let somebody in."""
        member_id = join(
            workspace_id=self.workspace_id, email=f"m{next(_numbers)}@xiaoman.example", name=name,
            role=role, password=None, by="house:0", now=NOON,
        )  # fmt: skip
        return _actor(member_id)

    def members(self, many: int) -> list[int]:
        return [self.member().id for _ in range(many)]

    def write(self, text: str, *, by: str = "小梅", at: datetime = NOON) -> Received:
        """Let a person write."""
        return self.written([(by, text)], at=at)[0]

    def written(self, said: Sequence[tuple[str, str]], *, at: datetime = NOON) -> list[Received]:
        """Let people write, each their own conversation."""
        inbox = inboxes_by_id(inbox_ids=[self.inbox_id])[self.inbox_id]
        arrivals = [
            Arrival(
                f"{by}:{next(_numbers)}", Address("webchat", f"{by}-{self.inbox_id}", by), text, at
            )
            for by, text in said
        ]
        heard = [
            Heard(inbox.id, inbox.workspace_id, inbox.channel, arrival) for arrival in arrivals
        ]
        return receive(heard=heard, now=at)

    def conversations(self, many: int) -> list[int]:
        """Let many people write at once; return their conversations."""
        said = [(f"visitor {n}", "壶盖碎了，能换吗？") for n in range(many)]
        return [r.conversation_id for r in self.written(said)]

    def token(self, *scopes: str) -> str:
        """Make a token with these scopes (with all, if none are named)."""
        wanted = scopes or sorted(self.owner.permissions)
        return create_token(actor=self.owner, name="test", scopes=wanted, now=NOON).token


def world(name: str = "小满茶具") -> World:
    """Found a workspace."""
    number = next(_numbers)
    workspace = found_workspace(
        name=name, language="zh-hans", owner_email=f"li{number}@xiaoman.example", owner_name="李工",
        password="", now=NOON - timedelta(days=30),
    )  # fmt: skip
    owner = _actor(Member.objects.get(workspace=workspace).pk)
    inbox_id = create_inbox(actor=owner, channel="webchat", name="网店", now=NOON)
    return World(workspace.pk, owner, inbox_id)


def _actor(member_id: int) -> Actor:
    found = seat(member_id)
    assert found is not None
    return found.actor


def token_actor(shown: str) -> Actor | None:
    """Return as whom the holder of a token acts."""
    found = admitted(shown=shown, limit=Limit(10, 1), now=NOON)
    return found[0] if found else None
