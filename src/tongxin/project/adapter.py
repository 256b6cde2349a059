from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up by themselves: members are let in by members."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
