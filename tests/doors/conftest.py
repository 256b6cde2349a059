from tests.make.company import idp, near, tea

__all__ = ["idp", "near", "tea"]
