"""Who came last, with a role between the usual ones: one only reads, one sees only what is theirs."""

from datetime import datetime
from secrets import token_urlsafe

from tongxin.center.accounts.actions import define_role, join
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor, Reach
from tongxin.service.conversations.actions import assign
from tongxin.service.conversations.queries import View, conversations
from tongxin.service.team.actions import set_skills

_ENGRAVER = ("刘洋", "liu@xiaoman.example")
_BOOKS = ("孙芳", "sun@xiaoman.example")
_ENGRAVES = (
    "conversation.read", "note.write", "conversation.write", "people.read", "contact.reveal",
    "team.read",
    "presence.write", "inbox.read", "member.read", "file.write", "view.write",
)  # fmt: skip
_THEIRS = 3


def let_in_newcomers(owner: Actor, now: datetime) -> list[tuple[str, str, str]]:
    """Let in who keeps the books (reads and notes) and who engraves (their own only); their log-ins."""
    engraving = define_role(
        actor=owner, name="刻字 Engraving", permissions=_ENGRAVES, reach=Reach.OWN, now=now
    )
    _reader, reads = _let_in(owner, _BOOKS, Role.LIGHT, now)
    engraver, engraves = _let_in(owner, _ENGRAVER, engraving, now)
    set_skills(actor=owner, member_ids=[engraver], skills=["刻字"], languages=["zh"], now=now)
    latest = conversations(actor=owner, view=View.ALL, limit=50)
    settled = [row.id for row in latest.items if row.status == "resolved"]
    assign(actor=owner, conversation_ids=settled[:_THEIRS], member_id=engraver, now=now)
    return [("light", _BOOKS[1], reads), ("custom", _ENGRAVER[1], engraves)]


def _let_in(owner: Actor, who: tuple[str, str], role: Role | int, now: datetime) -> tuple[int, str]:
    password = token_urlsafe(9)
    made = join(
        workspace_id=owner.workspace_id, email=who[1], name=who[0], role=role, password=password,
        by=owner.label, now=now,
    )  # fmt: skip
    return made, password
