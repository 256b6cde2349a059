"""What every room of the house is, to Django."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Room(AppConfig):
    """A room whose verbs, questions and reactions are known as soon as the house stands."""

    def ready(self) -> None:
        for part in ("actions", "queries", "handlers"):
            if find_spec(f"{self.name}.{part}"):
                import_module(f"{self.name}.{part}")
