from tests.make.company import tea

__all__ = ["tea"]
