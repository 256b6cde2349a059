"""One verb, five doors: a form, REST, MCP, a rule and the assistant call it by name.

``@action`` makes a function a verb that writes: named, permitted, all-or-nothing. ``@query`` makes it
a question that reads. The type hints become the JSON schema of what goes in and comes out.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial, wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, get_origin, get_type_hints

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.headlines import headline_of
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.whole import whole

P = ParamSpec("P")
R = TypeVar("R")

FILLED_BY_THE_DOOR = ("actor", "now")
_CODE = re.compile(r"``([a-z_]+\.[a-z_*]+)``")
MOST_AT_ONCE = 500

REGISTRY: dict[str, "Entry"] = {}


@dataclass(frozen=True)
class Entry:
    """A registered verb or question, as the doors see it."""

    name: str
    needs: str
    kind: Literal["action", "query"]
    run: Callable[..., Any]
    quiet: bool = False

    @property
    def summary(self) -> str:
        return (self.run.__doc__ or "").strip()

    @cached_property
    def headline(self) -> str:
        """What it does, in a sentence or two: the first paragraph of its docstring."""
        return headline_of(self.summary)

    @cached_property
    def codes(self) -> Sequence[str]:
        """The codes of its own refusals, as its docstring names them."""
        return sorted(set(_CODE.findall(self.summary.partition("Refused")[2])))

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """What a caller fills in: every argument but those that the door knows itself."""
        hints = get_type_hints(self.run, include_extras=True)
        fields: dict[str, Any] = {
            name: (
                _bounded(hints[name]),
                ... if p.default is inspect.Parameter.empty else p.default,
            )
            for name, p in self.signature.parameters.items()
            if name not in FILLED_BY_THE_DOOR
        }
        model_name = "".join(part.title() for part in self.name.replace("_", ".").split("."))
        return create_model(f"{model_name}Input", __config__=ConfigDict(extra="forbid"), **fields)

    @cached_property
    def answer(self) -> TypeAdapter[Any]:
        """How the answer is written as JSON."""
        return TypeAdapter(self.answers_with)

    @cached_property
    def answers_with(self) -> Any:  # noqa: ANN401
        """The type of the answer, as its function declares it."""
        return get_type_hints(self.run, include_extras=True)["return"]

    @cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.run)

    @cached_property
    def wants_now(self) -> bool:
        return "now" in self.signature.parameters

    def call(self, actor: Actor, given: Mapping[str, Any], now: datetime) -> Any:  # noqa: ANN401
        """Run with arguments from outside. Raises pydantic's ValidationError and Refused."""
        return self.carry_out(actor, values_of(self.arguments.model_validate(given)), now)

    def carry_out(self, actor: Actor, read: Mapping[str, Any], now: datetime) -> Any:  # noqa: ANN401
        """Run with arguments that were read already. Raises Refused."""
        if self.wants_now:
            return self.run(actor=actor, now=now, **read)
        return self.run(actor=actor, **read)


def values_of(read: BaseModel) -> dict[str, Any]:
    """Return arguments that were read, by name."""
    return {name: getattr(read, name) for name in type(read).model_fields}


def action(
    name: str, *, needs: str, quiet: bool = False, outside: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action. Raises Refused (``forbidden``) where the actor may not.

    A ``quiet`` action changes something not worth remembering: it records no fact. One that goes ``outside``
    asks somebody else's service, and holds no transaction meanwhile.
    """
    return _registered(name, needs, "action", quiet=quiet, atomic=not outside)


def query(name: str, *, needs: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a question. Raises Refused (``forbidden``) where the actor may not."""
    return _registered(name, needs, "query")


def check(actor: Actor, permission: str) -> None:
    """Raise Refused unless the actor may."""
    if not actor.may(permission):
        raise Refused("forbidden", _("You do not have the permission for this."), Reason.FORBIDDEN)


def check_member(actor: Actor) -> None:
    """Raise Refused (``actor.member``) unless a member acts: what is theirs alone no machine has."""
    if actor.kind != "member":
        raise Refused("actor.member", _("Only a member can do this."), Reason.FORBIDDEN)


def _bounded(hint: Any) -> Any:  # noqa: ANN401
    """Many are at most MOST_AT_ONCE: one call is one transaction."""
    return Annotated[hint, Field(max_length=MOST_AT_ONCE)] if get_origin(hint) is Sequence else hint


def _registered(
    name: str,
    needs: str,
    kind: Literal["action", "query"],
    *,
    quiet: bool = False,
    atomic: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        guarded = _guarded(function, needs, atomic=atomic)
        REGISTRY[name] = Entry(name, needs, kind, guarded, quiet)
        return guarded

    return wrap


def _guarded(function: Callable[P, R], needs: str, *, atomic: bool) -> Callable[P, R]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = kwargs["actor"]
        if not isinstance(actor, Actor):
            raise TypeError("actor")
        check(actor, needs)
        if not atomic:
            return function(*args, **kwargs)
        return whole(partial(function, *args, **kwargs))

    return run
