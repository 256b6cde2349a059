import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def address(settings: Settings) -> None:
    """Vendors reach this house: whatever depends on it can be done."""
    settings.ADDRESS = "https://desk.example"
