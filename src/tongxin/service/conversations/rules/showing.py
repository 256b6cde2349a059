"""What lists show of what was said last."""

from tongxin.center.kit.plain import to_text
from tongxin.center.kit.text import clean, clip
from tongxin.service.conversations.values import Kind

_LONGEST = 160


def preview(text: str, kind: str) -> str:
    """Return one line of a message; of ours without the marks of its formats, as it reads in a list."""
    return clip(to_text(text) if kind == Kind.OUT else clean(text), _LONGEST)
