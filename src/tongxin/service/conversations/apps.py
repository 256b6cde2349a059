from importlib import import_module

from django.apps import AppConfig


class Conversations(AppConfig):
    name = "tongxin.service.conversations"

    def ready(self) -> None:
        import_module(f"{self.name}.actions")
        import_module(f"{self.name}.queries")
        import_module(f"{self.name}.handlers")
