"""Requests for any registered name, from the same examples that the laws use."""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from tests.laws.examples import EXAMPLES, LATER
from tests.make.world import World
from tongxin.faces.developers.rest.routes import Route, by_name


def request_for(name: str, tea: World) -> tuple[str, dict[str, Any]]:
    """Return the path and the body of a good request."""
    route = by_name()[name]
    arguments = _written(route, dict(EXAMPLES[name].arguments(tea, 2)))
    path = route.place.path
    if route.place.argument:
        path = path.replace(f"{{{route.place.argument}}}", arguments.pop(route.place.argument))
    return path, arguments


def _written(route: Route, arguments: dict[str, Any]) -> dict[str, Any]:
    """As JSON; what lies ahead of the examples' noon lies as far ahead of the clock, which doors ask."""
    ahead = datetime.now(UTC) - LATER
    given: dict[str, Any] = {
        name: value + ahead if isinstance(value, datetime) else value
        for name, value in arguments.items()
    }
    model = route.entry.arguments.model_construct(**given)
    sent: dict[str, Any] = json.loads(TypeAdapter(route.entry.arguments).dump_json(model))
    return {name: value for name, value in sent.items() if name in arguments}
