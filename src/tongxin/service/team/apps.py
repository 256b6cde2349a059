from importlib import import_module

from django.apps import AppConfig


class Team(AppConfig):
    name = "tongxin.service.team"

    def ready(self) -> None:
        import_module(f"{self.name}.actions")
        import_module(f"{self.name}.queries")
        import_module(f"{self.name}.handlers")
