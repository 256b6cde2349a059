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
    """Nothing was written. ``code`` never changes; ``detail`` is a translatable sentence.

    ``field``: the name of what was refused among many alike (an attribute's key), where the code does not tell.
    """

    def __init__(
        self, code: str, detail: "str | Promise", reason: Reason = Reason.INVALID, field: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.reason = reason
        self.field = field

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"
