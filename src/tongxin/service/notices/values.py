from enum import StrEnum


class About(StrEnum):
    """Why a member is called."""

    MENTION = "mention"
    REVIEW = "review"
    RETURNED = "returned"
    ASKING = "asking"
