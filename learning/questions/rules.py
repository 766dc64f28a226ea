"""Decide about questions: which clauses are meant, who may publish, what is in the bank where."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from courses.clauses import ClauseRef
from question_bank import items
from question_bank.items import Item
from question_bank.problems import N_, Problem


class State(StrEnum):
    """Where a question stands, as the bank is searched by it."""

    PUBLISHED = "published"
    DRAFT = "draft"
    RETIRED = "retired"


class PublishRefusal(StrEnum):
    """Why a version cannot be published."""

    OWN_WORK = "own_work"
    PROBLEMS = "problems"
    ALREADY_PUBLISHED = "already_published"
    RETIRED = "retired"
    #: Somebody wrote on after the reviewer had opened the page.
    CHANGED = "changed"
    GONE = "gone"


class SaveRefusal(StrEnum):
    """Why a draft cannot be saved."""

    CHANGED = "changed"
    RETIRED = "retired"
    GONE = "gone"


@dataclass(frozen=True)
class ClauseFilter:
    """Mean a section, a paragraph of it, or only one sentence of that."""

    section: int
    paragraph: int | None = None
    sentence: int | None = None

    @property
    def ref(self) -> str | None:
        """Return the reference of the sentence, None where more is meant."""
        if self.paragraph is None or self.sentence is None:
            return None
        return str(ClauseRef(self.section, self.paragraph, self.sentence))


def clause_filter(text: str) -> ClauseFilter | None:
    """Return what `3`, `3.7`, `3.7s2`, `3H` or `§3¶7` means, or None where it means no clause."""
    plain = text.strip().removeprefix("§")
    if plain.isascii() and plain.isdigit() and len(plain) <= 3:
        return ClauseFilter(int(plain))
    ref = _ref(plain)
    return ClauseFilter(ref.section, ref.paragraph, ref.sentence) if ref else None


def clause_refs(clauses: Iterable[str]) -> list[ClauseRef]:
    """Return the clauses that can be read, each once; a draft may cite what is none."""
    return list(dict.fromkeys(ref for ref in map(_ref, clauses) if ref))


def _ref(text: str) -> ClauseRef | None:
    try:
        return ClauseRef.parse(text)
    except ValueError:
        return None


def problems(item: Item, is_clause: Callable[[ClauseRef], bool]) -> list[Problem]:
    """Return what keeps an item from being published; `is_clause` knows the clauses of the document."""
    message = N_("The document has no clause %(clause)s.")
    strange = [
        Problem("clause_unknown", f"clauses.{at}", message, {"clause": clause})
        for at, clause in enumerate(item.clauses, 1)
        if (ref := _ref(clause)) and not is_clause(ref)
    ]
    return [*items.problems(item), *strange]


def written_clauses(texts: Iterable[str]) -> list[str]:
    """Return clauses as items keep them: `§3¶7s2` becomes `3.7s2`; what is no clause stays as written."""
    plain = [text.strip() for text in texts if text.strip()]
    return list(dict.fromkeys(str(_ref(text) or text) for text in plain))


def differing(old: Item, new: Item) -> list[str]:
    """Return the fields in which two versions of a question differ, in the order of the new one."""
    before, after = items.to_dict(old), items.to_dict(new)
    return [name for name in {**after, **before} if before.get(name) != after.get(name)]


def own_code(organisation_code: str, question_id: int) -> str:
    """Return the code of a school's question; no code of the built-in bank looks like it."""
    return f"{''.join(organisation_code.split())[:36]}-Q{question_id}"


def publish_refusal(
    *, is_published: bool, is_retired: bool, is_own_work: bool, has_changed: bool, has_problems: bool
) -> PublishRefusal | None:
    """Return why a version may not be published; the gravest reason first."""
    if is_published:
        return PublishRefusal.ALREADY_PUBLISHED
    if is_retired:
        return PublishRefusal.RETIRED
    if has_changed:
        return PublishRefusal.CHANGED
    if has_problems:
        return PublishRefusal.PROBLEMS
    return PublishRefusal.OWN_WORK if is_own_work else None


@dataclass(frozen=True)
class Count:
    """How many questions of a type and difficulty cite a paragraph; None stands for all."""

    section: int | None
    paragraph: int | None
    type: str
    difficulty: int
    number: int


@dataclass
class MatrixRow:
    """How many questions there are on a clause, by type and by difficulty."""

    section: int | None
    paragraph: int | None
    by_type: Counter[str] = field(default_factory=Counter)
    by_difficulty: Counter[int] = field(default_factory=Counter)

    @property
    def clause(self) -> str:
        """Return the clause as the bank is searched by it, empty for the whole bank."""
        if self.section is None or self.paragraph is None:
            return "" if self.section is None else str(self.section)
        return str(ClauseRef(self.section, self.paragraph))

    @property
    def total(self) -> int:
        """Return the number of all questions of the row."""
        return self.by_type.total()


def matrix(
    counts: Iterable[Count], paragraphs: Iterable[ClauseRef], difficulty: int | None = None
) -> list[MatrixRow]:
    """Return a row for the whole bank, then one for each section and each paragraph below it.

    All paragraphs of the document have a row, also those that nothing asks about.
    """
    places: list[tuple[int | None, int | None]] = [(None, None)]
    for ref in paragraphs:
        places += [(ref.section, None), (ref.section, ref.paragraph)]
    rows = {place: MatrixRow(*place) for place in places}
    for count in counts:
        row = rows.setdefault((count.section, count.paragraph), MatrixRow(count.section, count.paragraph))
        if difficulty in {None, count.difficulty}:
            row.by_type[count.type] += count.number
            row.by_difficulty[count.difficulty] += count.number
    return sorted(rows.values(), key=_order)


def _order(row: MatrixRow) -> tuple[int, int]:
    """Sort what stands for all before its parts."""
    section = -1 if row.section is None else row.section
    return section, -1 if row.paragraph is None else row.paragraph
