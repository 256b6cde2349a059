"""What stands in a conversation for something that came without words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SAID: Mapping[str, Promise] = {
    "audio": _("[voice]"),
    "business_card": _("[contact]"),
    "button": _("[button]"),
    "card": _("[card]"),
    "contact": _("[contact]"),
    "contacts": _("[contact]"),
    "dice": _("[dice]"),
    "emoji": _("[sticker]"),
    "empty": _("[empty]"),
    "fallback": _("[link]"),
    "file": _("[file]"),
    "ig_reel": _("[video]"),
    "image": _("[picture]"),
    "link": _("[link]"),
    "location": _("[location]"),
    "merged_msg": _("[chat record]"),
    "message": _("[message]"),
    "miniprogram": _("[mini program]"),
    "miniprogrampage": _("[mini program]"),
    "order": _("[order]"),
    "poll": _("[poll]"),
    "product": _("[product]"),
    "reel": _("[video]"),
    "share": _("[shared]"),
    "sticker": _("[sticker]"),
    "story": _("[story]"),
    "story_mention": _("[story]"),
    "template": _("[card]"),
    "text": _("[empty]"),
    "unsupported": _("[not shown here]"),
    "video": _("[video]"),
    "voice": _("[voice]"),
}


def wordless(kind: str) -> str:
    """Return what stands for it, in the language of the workspace that hears it.

    A kind that we have no word for is called as its channel calls it.
    """
    return str(_SAID.get(kind) or f"[{kind}]")
