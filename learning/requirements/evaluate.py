"""Judge facts by the rules; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from learning.requirements import rules
from learning.requirements.facts import Facts
from learning.requirements.obligations import BY_CODE, SubjectKind
from learning.requirements.verdicts import Status, Verdict


@dataclass(frozen=True)
class Judgement:
    """The verdicts on all facts."""

    verdicts: tuple[Verdict, ...]

    @cached_property
    def by_subject(self) -> Mapping[tuple[str, int], tuple[Verdict, ...]]:
        """Return the verdicts by code and key of the subject."""
        found: dict[tuple[str, int], tuple[Verdict, ...]] = {}
        for verdict in self.verdicts:
            key = verdict.code, verdict.subject_id
            found[key] = (*found.get(key, ()), verdict)
        return found

    def of(self, code: str, subject_id: int) -> tuple[Verdict, ...]:
        """Return the verdicts on a subject by one rule."""
        return self.by_subject.get((code, subject_id), ())


def judge(facts: Facts) -> Judgement:
    """Return every verdict, by rule in the order of the obligations."""
    subjects = {
        SubjectKind.PERSON: facts.persons,
        SubjectKind.GROUP: facts.groups,
        SubjectKind.INSTITUTION: facts.institutions,
    }
    return Judgement(
        tuple(
            verdict
            for rule in rules.all_rules()
            for subject in subjects[BY_CODE[rule.name].subject]
            for verdict in rule.judge(subject, facts.setting)
        )
    )


def counted(verdicts: Iterable[Verdict]) -> dict[tuple[int, str], Counter[Status]]:
    """Return how many verdicts of each status every organisation has, by organisation and rule."""
    found: dict[tuple[int, str], Counter[Status]] = {}
    for verdict in verdicts:
        found.setdefault((verdict.organisation_id, verdict.code), Counter())[verdict.status] += 1
    return found
