"""Every SELECT on questions, by who asks: pages, exams, services."""

from learning.questions.queries.drawing import candidates, items_of
from learning.questions.queries.searching import DraftRow, QuestionRow, Search, counts, drafts, search
from learning.questions.queries.versions import (
    VersionRow,
    history,
    item_from,
    question_in,
    schools_in,
    version_in,
)
from learning.questions.queries.writing import (
    builtin,
    draft_of,
    first_drafts_like,
    last_load,
    locked_version,
    newest_number,
    newest_numbers,
)

__all__ = [
    "DraftRow",
    "QuestionRow",
    "Search",
    "VersionRow",
    "builtin",
    "candidates",
    "counts",
    "draft_of",
    "drafts",
    "first_drafts_like",
    "history",
    "item_from",
    "items_of",
    "last_load",
    "locked_version",
    "newest_number",
    "newest_numbers",
    "question_in",
    "schools_in",
    "search",
    "version_in",
]
