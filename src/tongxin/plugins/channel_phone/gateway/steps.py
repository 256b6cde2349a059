"""What happens to a call, and what is to be done about it: the words between the telephone and what a call performs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from tongxin.plugins.channel_phone.gateway.verbs import Dial, Spoken, Verb


class Tone(StrEnum):
    """Sounds that nobody speaks."""

    BEEP = "beep"
    RINGING = "ringing"


# What happens


@dataclass(frozen=True)
class Began:
    """It rings: at us, or at whom we call."""


@dataclass(frozen=True)
class Answered:
    pass


@dataclass(frozen=True)
class Told:
    """What the house wants to be done."""

    verbs: tuple[Verb, ...]


@dataclass(frozen=True)
class Untold:
    """The house did not say."""


@dataclass(frozen=True)
class Pressed:
    key: str


@dataclass(frozen=True)
class Elapsed:
    """The sound ended, or the time did: whichever was asked for last. ``turn``: by whose clock."""

    turn: int = 0


@dataclass(frozen=True)
class Fallen:
    """Nothing was heard for as long as was asked for."""


@dataclass(frozen=True)
class Kept:
    """A recording is there to be fetched."""

    name: str
    url: str
    seconds: int


@dataclass(frozen=True)
class LegRang:
    pass


@dataclass(frozen=True)
class LegAnswered:
    pass


@dataclass(frozen=True)
class LegOver:
    """The other telephone is off; ``why`` as Twilio calls it, where nobody spoke."""

    why: str
    seconds: int


@dataclass(frozen=True)
class Redirected:
    """Somebody wants the call to go on elsewhere."""

    url: str


@dataclass(frozen=True)
class Dismissed:
    """Somebody wants the call to end."""


@dataclass(frozen=True)
class Over:
    pass


Event: TypeAlias = (
    Began | Answered | Told | Untold | Pressed | Elapsed | Fallen | Kept
    | LegRang | LegAnswered | LegOver | Redirected | Dismissed
    | Over
)  # fmt: skip


# What is to be done


@dataclass(frozen=True)
class PickUp:
    pass


@dataclass(frozen=True)
class PutDown:
    """Hang up, or refuse."""


@dataclass(frozen=True)
class Sound:
    """Let it be heard; it is ``Elapsed`` at its end, unless it is heard again and again."""

    what: Spoken | Tone
    again: bool = False


@dataclass(frozen=True)
class Quiet:
    pass


@dataclass(frozen=True)
class Wait:
    seconds: int


@dataclass(frozen=True)
class Listen:
    """Begin to record; ``silence``: after so many seconds without a word it is ``Fallen``."""

    silence: int = 0
    both: bool = False


@dataclass(frozen=True)
class Keep:
    """End the recording."""


@dataclass(frozen=True)
class Ask:
    """Tell the house, and do what it answers."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tell:
    """Tell the house, of the other telephone if ``leg``."""

    url: str
    form: Mapping[str, str]
    leg: bool = False


@dataclass(frozen=True)
class Ring:
    dial: Dial


@dataclass(frozen=True)
class Connect:
    pass


@dataclass(frozen=True)
class DropLeg:
    pass


@dataclass(frozen=True)
class Next:
    """The verb is done."""


Command: TypeAlias = (
    PickUp | PutDown | Sound | Quiet | Wait | Listen | Keep | Ask | Tell | Ring | Connect
    | DropLeg | Next
)  # fmt: skip
