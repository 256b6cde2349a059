"""Custom attributes as forms show them, and as forms send them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tongxin.center.attributes.queries import AttributeRow, attributes
from tongxin.center.attributes.values import Attributes, AttributeType, AttributeValue, Thing
from tongxin.center.kit.actor import Actor

PREFIX = "attribute."


@dataclass(frozen=True)
class Field:
    """One attribute of one thing: its definition and the value it has."""

    key: str
    name: str
    type: AttributeType
    options: Sequence[str]
    value: AttributeValue

    @property
    def control(self) -> str:
        """The name of its control in a form."""
        return PREFIX + self.key

    @property
    def is_known(self) -> bool:
        return self.value is not None

    @property
    def choices(self) -> Sequence[str]:
        """The options, and what was chosen while it still was one."""
        if isinstance(self.value, str) and self.value not in self.options:
            return [*self.options, self.value]
        return self.options


def defined(actor: Actor) -> Sequence[AttributeRow]:
    """Return everything that is defined here, in one statement."""
    return attributes(actor=actor)


def fields(known: Iterable[AttributeRow], thing: Thing, values: Attributes) -> list[Field]:
    """Return a thing's attributes in the order of their definition, those without a value too."""
    return [
        Field(row.key, row.name, row.type, row.options, values.get(row.key))
        for row in known
        if row.thing is thing
    ]


def sent(form: QueryDict) -> Mapping[str, AttributeValue]:
    """Return what a form says of attributes: an empty field takes a value away."""
    return {
        name.removeprefix(PREFIX): str(form[name]).strip() or None
        for name in form
        if name.startswith(PREFIX)
    }
