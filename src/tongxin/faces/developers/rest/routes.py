"""Every address of the API and what is behind it, worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import get_type_hints

from pydantic import BaseModel, TypeAdapter, create_model

from tongxin.center.kit.registry import REGISTRY, Entry
from tongxin.faces.developers.rest.paths import Place, place_of, served
from tongxin.faces.developers.rest.writing import Writer

READS, WRITES, SEARCHES = 1, 2, 5
COSTS = {"message.search": SEARCHES}
# An edit, and the question that shows what it edits.
EDITS = {
    "workspace.change": "workspace.get",
    "person.change": "person.get",
    "person.describe": "person.get",
    "organization.change": "organization.get",
    "organization.describe": "organization.get",
    "inbox.change": "inbox.get",
}


@dataclass(frozen=True)
class Route:
    """One registered name at its address."""

    entry: Entry
    place: Place

    @property
    def name(self) -> str:
        return self.entry.name

    @cached_property
    def cost(self) -> int:
        return COSTS.get(self.name, READS if self.entry.kind == "query" else WRITES)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The arguments of which a query string may hold several."""
        properties = self.entry.arguments.model_json_schema()["properties"] if self.fields else {}
        return frozenset(
            name for name, schema in properties.items() if schema.get("type") == "array"
        )

    @cached_property
    def fields(self) -> frozenset[str]:
        return frozenset(self.entry.arguments.model_fields)

    @cached_property
    def body(self) -> type[BaseModel]:
        """What a body holds: every argument but the one that stands in the path."""
        model = self.entry.arguments
        if not self.place.argument:
            return model
        fields = {
            name: (info.rebuild_annotation(), info)
            for name, info in model.model_fields.items()
            if name != self.place.argument
        }
        return create_model(model.__name__, __config__=model.model_config, **fields)  # type: ignore[call-overload, no-any-return]

    @cached_property
    def identity(self) -> TypeAdapter[int]:
        """Reads the id that stands in the path."""
        hints = get_type_hints(self.entry.run, include_extras=True)
        return TypeAdapter(hints[self.place.argument])

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.entry)

    @cached_property
    def shown_by(self) -> "Route | None":
        """The question that shows what this edits, if it is an edit."""
        return by_name().get(EDITS.get(self.name, ""))

    @cached_property
    def has_tag(self) -> bool:
        """Whether its answers carry an ETag, because an edit may ask for it."""
        return self.name in EDITS.values()


Table = Mapping[str, Mapping[str, Route]]


@cache
def table() -> Table:
    """Return every route by its path (with ``*`` for what varies) and its method."""
    found: dict[str, dict[str, Route]] = {}
    for route in by_name().values():
        parts = ["*" if part.startswith("{") else part for part in route.place.path.split("/")]
        methods = found.setdefault("/".join(parts), {})
        if route.place.method in methods:
            raise ValueError(
                f"{route.name} and {methods[route.place.method].name} share an address"
            )
        methods[route.place.method] = route
    return found


@cache
def by_name() -> Mapping[str, Route]:
    """Return the route of every entry that is served, in the order of their names."""
    entries = sorted(filter(served, REGISTRY.values()), key=lambda entry: entry.name)
    return MappingProxyType({entry.name: Route(entry, place_of(entry)) for entry in entries})


def find(path: str) -> tuple[Mapping[str, Route] | None, str]:
    """Return the routes at a path by method, and what stands in it where it varies."""
    if (exact := table().get(path)) is not None:
        return exact, ""
    parts = path.split("/", 3)
    if len(parts) < 3:  # noqa: PLR2004 - nothing, noun, id
        return None, ""
    given, parts[2] = parts[2], "*"
    return table().get("/".join(parts)), given
