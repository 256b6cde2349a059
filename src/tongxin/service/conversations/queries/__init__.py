"""Questions about conversations."""

from tongxin.service.conversations.queries.lists import (
    ConversationPage,
    ConversationRow,
    View,
    by_ids,
    conversations,
    counts,
    of_person,
)
from tongxin.service.conversations.queries.search import Hit, search
from tongxin.service.conversations.queries.tags import tags
from tongxin.service.conversations.queries.threads import (
    MessageRow,
    RatingRow,
    RevisionRow,
    Thread,
    drafts,
    history,
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
    "LATEST",
    "NEVER",
    "ConversationPage",
    "ConversationRow",
    "Hit",
    "MessageRow",
    "Place",
    "RatingRow",
    "RevisionRow",
    "Thread",
    "View",
    "Visit",
    "addresses",
    "by_ids",
    "conversations",
    "counts",
    "drafts",
    "history",
    "messages_by_id",
    "of_person",
    "places",
    "said",
    "search",
    "tags",
    "thread",
    "visit",
]
