"""How a room says no: a stable code, a sentence in the caller's language, a kind of no."""

from enum import StrEnum

from django.utils.functional import Promise


class Reason(StrEnum):
    """Why not, as every door understands it (the doors translate it into their own terms)."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    LIMITED = "limited"


class Refused(Exception):
    """Nothing was written. ``code`` never changes; ``detail`` is a translatable sentence."""

    def __init__(self, code: str, detail: "str | Promise", reason: Reason = Reason.INVALID) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"
