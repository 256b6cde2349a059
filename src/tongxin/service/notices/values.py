from enum import StrEnum


class About(StrEnum):
    """Why a member is called."""

    MENTION = "mention"
    REVIEW = "review"
    RETURNED = "returned"
    ASKING = "asking"
    IDLE = "idle"
    HANDED = "handed_over"
    RINGING = "ringing"


class Occasion(StrEnum):
    """What a member may want to hear of: a call, words of somebody they look after, or of whom nobody does."""

    CALLED = "called"
    MINE = "mine"
    WAITING = "waiting"


class Way(StrEnum):
    """How they hear of it: a sound, the desktop, a push to a device, or a mail that gathers it."""

    SOUND = "sound"
    DESKTOP = "desktop"
    PUSH = "push"
    MAIL = "mail"


Wish = tuple[Occasion, Way]
AT_DESK = (Way.SOUND, Way.DESKTOP)  # whoever is not there serves nobody whom nobody has
WISHES = [(o, w) for o in Occasion for w in Way if o is not Occasion.WAITING or w in AT_DESK]
DEFAULT = frozenset(
    {
        (Occasion.CALLED, Way.SOUND), (Occasion.CALLED, Way.DESKTOP), (Occasion.CALLED, Way.PUSH),
        (Occasion.CALLED, Way.MAIL), (Occasion.MINE, Way.SOUND), (Occasion.MINE, Way.DESKTOP),
        (Occasion.MINE, Way.PUSH),
    }
)  # fmt: skip
