"""Everything a plugin may use. What is not here is nobody's business but the house's."""

from django.utils.translation import gettext_lazy as translate

from tongxin.center.kit.emails import without_mark
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.web import LARGEST_FILE, Reply, Web
from tongxin.center.people.values import Address
from tongxin.sdk.accounts import Account, form_of
from tongxin.sdk.hearing import (
    Json,
    check_recent,
    check_same,
    forged,
    malformed,
    short,
    signed_words,
    understood,
)
from tongxin.sdk.saying import (
    Undelivered,
    address_of_file,
    asking,
    each,
    fetched,
    fetching,
    house_picture,
    in_parts,
    looked_up,
    missing,
)
from tongxin.sdk.tokens import Tokens, token_in
from tongxin.sdk.wordless import wordless
from tongxin.service.channels.ports import (
    EDITED,
    RECALLED,
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Enclosure,
    Failure,
    Kind,
    Line,
    Page,
    Progress,
    Receipt,
    Stage,
    Template,
)
from tongxin.service.channels.ports.lines import House, Reachable, Turn
from tongxin.service.outposts.ports import Outpost, Said, Telling

VERSION = "1.0"

__all__ = [
    "EDITED",
    "LARGEST_FILE",
    "RECALLED",
    "VERSION",
    "Account",
    "Address",
    "Answer",
    "Arrival",
    "Attachment",
    "Batch",
    "Call",
    "Channel",
    "Departure",
    "Enclosure",
    "Failure",
    "House",
    "Json",
    "Kind",
    "Line",
    "Outpost",
    "Page",
    "Progress",
    "Reachable",
    "Reason",
    "Receipt",
    "Refused",
    "Reply",
    "Said",
    "Stage",
    "Telling",
    "Template",
    "Tokens",
    "Turn",
    "Undelivered",
    "Unreachable",
    "Web",
    "address_of_file",
    "asking",
    "check_recent",
    "check_same",
    "each",
    "fetched",
    "fetching",
    "forged",
    "form_of",
    "house_picture",
    "in_parts",
    "looked_up",
    "malformed",
    "missing",
    "short",
    "signed_words",
    "token_in",
    "translate",
    "understood",
    "without_mark",
    "wordless",
]
