"""Write questions: the built-in bank, drafts, publishing, retiring."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import reading, transaction
from learning.people.models import Organisation
from learning.questions import queries, rules
from learning.questions.document import seal
from learning.questions.models import BankLoad, Question, QuestionClause, QuestionTag, QuestionVersion
from learning.questions.rules import PublishRefusal, SaveRefusal
from question_bank import bank, items
from question_bank.bank import BankProblem
from question_bank.items import Item

# ---- the built-in bank ----


@dataclass(frozen=True)
class Loaded:
    """What came of loading the built-in bank."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    problems: tuple[BankProblem, ...] = ()


def load_builtin(actor: Actor, now: datetime, folder: Path = bank.BUILT_IN) -> Loaded:
    """Publish the built-in bank as its files state it: new codes, new versions, and retire what vanished."""
    digest = _digest_of_files(folder)
    if queries.last_load(reading()) == digest:
        return Loaded()
    read = bank.read_bank(folder)
    with transaction() as session:
        loaded = _take_in(session, read, now)
        if not read.problems:
            session.add(BankLoad(digest=digest, loaded_at=now))
        detail = {"added": loaded.added, "changed": loaded.changed, "retired": loaded.retired}
        audit.record(session, actor, now, "bank.loaded", "bank", None, detail)
    return loaded


def _take_in(session: Session, read: bank.Bank, now: datetime) -> Loaded:
    present = queries.builtin(session)
    digests = {code: digest for code, (_, digest) in present.items()}
    new = [item for item in read.items if item.code not in digests]
    changed = [item for item in read.items if digests.get(item.code, "") not in {"", items.digest(item)}]
    questions = {code: question for code, (question, _) in present.items()}
    questions |= _add_builtin(session, new, now)
    _publish_builtin(session, [*new, *changed], questions, now)
    # A file that cannot be read must not take its questions out of the bank.
    gone = set() if read.problems else set(present) - {item.code for item in read.items}
    return Loaded(len(new), len(changed), _retire_builtin(questions, gone, now), read.problems)


def _digest_of_files(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _add_builtin(session: Session, new: Iterable[Item], now: datetime) -> dict[str, Question]:
    added = {item.code: Question(code=item.code, created_at=now) for item in new}
    session.add_all(added.values())
    session.flush()
    return added


def _publish_builtin(
    session: Session, changed: Iterable[Item], questions: Mapping[str, Question], now: datetime
) -> None:
    numbers = queries.newest_numbers(session)
    versions = {}
    for item in changed:
        question = questions[item.code]
        number = numbers.get(question.id, 0) + 1
        version = QuestionVersion(question_id=question.id, number=number, published_at=now)
        _state(version, item, None, now)
        versions[item.code] = version, item
    session.add_all(version for version, _ in versions.values())
    session.flush()
    for code, (version, item) in versions.items():
        questions[code].published_version_id = version.id
        questions[code].is_practice = item.use == "practice"
        _index(session, version.id, item)


def _retire_builtin(questions: Mapping[str, Question], gone: set[str], now: datetime) -> int:
    """Retire what is gone and put back what has returned; return how many were newly retired."""
    newly = [code for code in gone if questions[code].retired_at is None]
    for code, question in questions.items():
        question.retired_at = (question.retired_at or now) if code in gone else None
    return len(newly)


# ---- questions of schools ----


@dataclass(frozen=True)
class Saved:
    """A draft as it was saved."""

    question_id: int
    version_id: int


def save_draft(
    actor: Actor,
    organisation_id: int,
    question_id: int | None,
    item: Item,
    now: datetime,
    seen: str | None = None,
) -> Saved | SaveRefusal:
    """Save a new question of a school, or write on at one; the code is given by the bank.

    `seen` is the digest of what the writer began from: a draft that somebody else changed since is not
    written over.
    """
    with transaction() as session:
        if question_id is None:
            return _begin(session, actor, organisation_id, item, now)
        question = session.get(Question, question_id, with_for_update=True)
        if question is None or question.organisation_id != organisation_id:
            return SaveRefusal.GONE
        if question.retired_at is not None:
            return SaveRefusal.RETIRED
        return _write_on(session, actor, question, replace(item, code=question.code), now, seen)


def _begin(
    session: Session, actor: Actor, organisation_id: int, item: Item, now: datetime
) -> Saved | SaveRefusal:
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        return SaveRefusal.GONE
    for version in queries.first_drafts_like(session, organisation_id, actor.account_id, item):
        if version.digest == items.digest(replace(item, code=str(version.item["code"]))):
            return Saved(version.question_id, version.id)
    question = Question(
        code=f"new-{secrets.token_hex(8)}",
        organisation_id=organisation_id,
        is_practice=item.use == "practice",
        created_at=now,
    )
    session.add(question)
    session.flush()
    question.code = rules.own_code(organisation.code, question.id)
    return _add_draft(session, actor, question, replace(item, code=question.code), now)


def _write_on(
    session: Session, actor: Actor, question: Question, item: Item, now: datetime, seen: str | None
) -> Saved | SaveRefusal:
    draft = queries.draft_of(session, question.id)
    present = draft or session.get_one(QuestionVersion, question.published_version_id)
    if present.digest == items.digest(item):
        return Saved(question.id, present.id)
    if seen is not None and seen != present.digest:
        return SaveRefusal.CHANGED
    if draft is None:
        return _add_draft(session, actor, question, item, now)
    _forget_index(session, draft.id)
    _state(draft, item, actor.account_id, now)
    return _finish(session, actor, question, draft, item, now)


def _add_draft(session: Session, actor: Actor, question: Question, item: Item, now: datetime) -> Saved:
    number = queries.newest_number(session, question.id) + 1
    draft = QuestionVersion(question_id=question.id, number=number)
    _state(draft, item, actor.account_id, now)
    session.add(draft)
    session.flush()
    return _finish(session, actor, question, draft, item, now)


def _finish(
    session: Session, actor: Actor, question: Question, draft: QuestionVersion, item: Item, now: datetime
) -> Saved:
    """Index a draft that was written, and note who wrote it."""
    if question.published_version_id is None:
        question.is_practice = item.use == "practice"
    _index(session, draft.id, item)
    detail = {"code": question.code, "version": draft.number, "digest": draft.digest}
    audit.record(session, actor, now, "question.draft_saved", "question", question.id, detail)
    return Saved(question.id, draft.id)


def publish_version(
    actor: Actor, version_id: int, now: datetime, seen: str | None = None
) -> PublishRefusal | None:
    """Publish a draft for good, or return why not; `seen` is the digest that the reviewer looked at."""
    with transaction() as session:
        found = queries.locked_version(session, version_id)
        if found is None:
            return PublishRefusal.GONE
        version, question = found
        item = queries.item_from(version.item)
        is_own = version.written_by_id == actor.account_id
        refusal = rules.publish_refusal(
            is_published=version.published_at is not None,
            is_retired=question.retired_at is not None,
            is_own_work=is_own and bool(current_app.config["REVIEW_BY_SECOND_PERSON"]),
            has_changed=seen is not None and seen != version.digest,
            has_problems=bool(rules.problems(item, seal().has)),
        )
        if refusal:
            return refusal
        version.published_at, version.published_by_id = now, actor.account_id
        question.published_version_id = version.id
        question.is_practice = item.use == "practice"
        detail = {"code": question.code, "version": version.number, "digest": version.digest}
        audit.record(session, actor, now, "question.published", "question", question.id, detail)
    return None


def discard_draft(actor: Actor, version_id: int, now: datetime) -> bool:
    """Delete a draft, and with the only version the question; return whether there was such a draft."""
    with transaction() as session:
        found = queries.locked_version(session, version_id)
        if found is None or found[0].published_at is not None:
            return False
        version, question = found
        detail = {"code": question.code, "version": version.number, "item": version.item}
        audit.record(session, actor, now, "question.draft_discarded", "question", question.id, detail)
        _forget_index(session, version.id)
        session.delete(version)
        session.flush()
        if question.published_version_id is None:
            session.delete(question)
    return True


def set_retired(actor: Actor, question_id: int, is_retired: bool, now: datetime) -> bool:
    """Take a school's published question out of future exams, or put it back; return whether it changed."""
    with transaction() as session:
        question = session.get(Question, question_id, with_for_update=True)
        if question is None or question.organisation_id is None or question.published_version_id is None:
            return False
        if (question.retired_at is not None) == is_retired:
            return False
        question.retired_at = now if is_retired else None
        action = "question.retired" if is_retired else "question.restored"
        audit.record(session, actor, now, action, "question", question.id, {"code": question.code})
    return True


# ---- one version ----


def _state(version: QuestionVersion, item: Item, account_id: int | None, now: datetime) -> None:
    """Let a version say what the item says."""
    version.type, version.difficulty, version.stem = item.type, item.difficulty, item.stem
    version.item, version.digest = items.to_dict(item), items.digest(item)
    version.written_at, version.written_by_id = now, account_id


def _index(session: Session, version_id: int, item: Item) -> None:
    """Make a version found by its clauses and knowledge points."""
    session.add_all(
        QuestionClause(version_id=version_id, ref=str(ref), section=ref.section, paragraph=ref.paragraph)
        for ref in rules.clause_refs(item.clauses)
    )
    session.add_all(
        QuestionTag(version_id=version_id, tag=tag) for tag in dict.fromkeys(item.tags) if len(tag) <= 60
    )


def _forget_index(session: Session, version_id: int) -> None:
    session.execute(delete(QuestionClause).where(QuestionClause.version_id == version_id))
    session.execute(delete(QuestionTag).where(QuestionTag.version_id == version_id))
