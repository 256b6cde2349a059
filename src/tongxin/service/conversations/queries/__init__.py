"""Questions about conversations."""

from tongxin.service.conversations.queries.copies import CopiesRow, copies
from tongxin.service.conversations.queries.counting import (
    StatisticsRow,
    statistics_here,
    statistics_of,
)
from tongxin.service.conversations.queries.letters import LetterRow, WholeRow, whole
from tongxin.service.conversations.queries.lists import (
    BUILT_IN,
    ConversationPage,
    ConversationRow,
    Picked,
    View,
    by_ids,
    conversations,
    counts,
    ids_of,
    page_of,
    pages_of,
    tallies,
)
from tongxin.service.conversations.queries.mending import mendable
from tongxin.service.conversations.queries.names import found_by_name
from tongxin.service.conversations.queries.regroupings import (
    MergePreview,
    OriginRow,
    RegroupingRow,
    merge_preview,
    origins,
    regroupings,
)
from tongxin.service.conversations.queries.search import Hit, search
from tongxin.service.conversations.queries.statuses import (
    LinkRow,
    StatusRow,
    has_words,
    links,
    statuses,
)
from tongxin.service.conversations.queries.tags import tags
from tongxin.service.conversations.queries.theirs import of_organization, of_person
from tongxin.service.conversations.queries.threads import (
    MessageRow,
    RatingRow,
    RevisionRow,
    Thread,
    attributes_of,
    drafts,
    history,
    holds_file,
    messages_by_id,
    thread,
)
from tongxin.service.conversations.queries.topics import (
    FormRow,
    TopicRow,
    WrapUpRow,
    inbox_of,
    topics,
    wrap_up_forms,
    wrap_ups,
    wrap_ups_here,
)
from tongxin.service.conversations.queries.visits import (
    LATEST,
    NEVER,
    Visit,
    addressed,
    said,
    visit,
)
from tongxin.service.conversations.queries.waiting import Place, places
from tongxin.service.conversations.queries.ways import WayRow, ways

__all__ = [
    "BUILT_IN",
    "LATEST",
    "NEVER",
    "ConversationPage",
    "ConversationRow",
    "CopiesRow",
    "FormRow",
    "Hit",
    "LetterRow",
    "LinkRow",
    "MergePreview",
    "MessageRow",
    "OriginRow",
    "Picked",
    "Place",
    "RatingRow",
    "RegroupingRow",
    "RevisionRow",
    "StatisticsRow",
    "StatusRow",
    "Thread",
    "TopicRow",
    "View",
    "Visit",
    "WayRow",
    "WholeRow",
    "WrapUpRow",
    "addressed",
    "attributes_of",
    "by_ids",
    "conversations",
    "copies",
    "counts",
    "drafts",
    "found_by_name",
    "has_words",
    "history",
    "holds_file",
    "ids_of",
    "inbox_of",
    "links",
    "mendable",
    "merge_preview",
    "messages_by_id",
    "of_organization",
    "of_person",
    "origins",
    "page_of",
    "pages_of",
    "places",
    "regroupings",
    "said",
    "search",
    "statistics_here",
    "statistics_of",
    "statuses",
    "tags",
    "tallies",
    "thread",
    "topics",
    "visit",
    "ways",
    "whole",
    "wrap_up_forms",
    "wrap_ups",
    "wrap_ups_here",
]
