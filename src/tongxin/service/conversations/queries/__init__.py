"""Questions about conversations."""

from tongxin.service.conversations.queries.lists import (
    BUILT_IN,
    ConversationPage,
    ConversationRow,
    Picked,
    View,
    by_ids,
    conversations,
    counts,
    found_by_name,
    ids_of,
    of_person,
    page_of,
    pages_of,
    tallies,
)
from tongxin.service.conversations.queries.search import Hit, search
from tongxin.service.conversations.queries.tags import tags
from tongxin.service.conversations.queries.threads import (
    MessageRow,
    RatingRow,
    Thread,
    drafts,
    messages_by_id,
    thread,
)
from tongxin.service.conversations.queries.visits import (
    LATEST,
    NEVER,
    Visit,
    addresses,
    said,
    visit,
)
from tongxin.service.conversations.queries.waiting import Place, places

__all__ = [
    "BUILT_IN",
    "LATEST",
    "NEVER",
    "ConversationPage",
    "ConversationRow",
    "Hit",
    "MessageRow",
    "Picked",
    "Place",
    "RatingRow",
    "Thread",
    "View",
    "Visit",
    "addresses",
    "by_ids",
    "conversations",
    "counts",
    "drafts",
    "found_by_name",
    "ids_of",
    "messages_by_id",
    "of_person",
    "page_of",
    "pages_of",
    "places",
    "said",
    "search",
    "tags",
    "tallies",
    "thread",
    "visit",
]
