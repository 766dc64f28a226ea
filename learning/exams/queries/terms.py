"""Read whom a sitting admits, and on what terms: window, extra time, attempts, room and seat."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from learning.core.clock import day_of
from learning.exams.kinds import Admission, EventKind, TimeChangeTarget
from learning.exams.models import Attempt, AttemptEvent, Exam, Seat, Sitting, SittingOverride, TimeChange
from learning.exams.rules import Resits, Window
from learning.people.kinds import Axis
from learning.people.models import Appointment, OrganisationBelow, Person
from learning.people.queries import below, held_on
from learning.people.rules import is_held_on
from learning.training.models import ClassRunLearner


@dataclass(frozen=True)
class Terms:
    """What holds for one person at a sitting, beside what holds for all."""

    override: SittingOverride | None = None
    seat: Seat | None = None
    #: The changes of time that concern this person, in order.
    changes: Sequence[TimeChange] = ()

    @property
    def extra_time_percent(self) -> int:
        """Return what is added to the time limit, in percent."""
        return self.override.extra_time_percent if self.override else 0

    @property
    def room(self) -> str | None:
        """Return the room in which the person sits."""
        return self.seat.room if self.seat else None

    def window(self, sitting: Sitting) -> Window:
        """Return when the person may sit."""
        return window_of(sitting, self.override, self.changes)

    def resits(self, exam: Exam) -> Resits:
        """Return how often the person may sit."""
        return resits_of(exam, self.override)


def window_of(
    sitting: Sitting, override: SittingOverride | None = None, changes: Iterable[TimeChange] = ()
) -> Window:
    """Return the window of a person: the sitting's, with the override, moved by the person's changes.

    `changes` are those that concern the person. Each moves the end, for who has not started as well; a
    compensation also moves the latest start if the incident began before it, since nobody could start.
    """
    changes = list(changes)
    opens_at, latest, closes_at = sitting.opens_at, sitting.latest_start_at, sitting.closes_at
    if override is not None:
        # The latest start of the others says nothing to who has a day or an hour of the own.
        latest = override.latest_start_at or (None if override.opens_at else latest)
        opens_at, closes_at = override.opens_at or opens_at, override.closes_at or closes_at
    ends_at = closes_at + _sum(changes)
    if latest is None:
        return Window(opens_at, ends_at, ends_at)
    lost = [each for each in changes if each.incident_from is not None and each.incident_from < latest]
    return Window(opens_at, min(latest + _sum(lost), ends_at), ends_at)


def _sum(changes: Iterable[TimeChange]) -> timedelta:
    return timedelta(minutes=sum(each.minutes for each in changes))


def resits_of(exam: Exam, override: SittingOverride | None) -> Resits:
    """Return how often a person may sit an exam."""
    allowed = (override and override.attempts_allowed) or exam.attempts_allowed
    return Resits(allowed, exam.resit_for, exam.delay_minutes)


# ---- who is admitted ----


def admitting(person_id: int, places: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a sitting admits a person whose posts stand in or below these places."""
    # A class run that was withdrawn as a mistaken entry still admits its roll: on the day of the exam nobody
    # stands before a closed door because a register was put in order.
    runs = select(ClassRunLearner.class_run_id).where(ClassRunLearner.person_id == person_id)
    seats = select(Seat.sitting_id).where(Seat.person_id == person_id)
    return or_(
        and_(Sitting.admission == Admission.ORGANISATION, Sitting.organisation_id.in_(places)),
        and_(Sitting.admission == Admission.CLASS_RUN, Sitting.class_run_id.in_(runs)),
        and_(Sitting.admission == Admission.SEATS, Sitting.id.in_(seats)),
    )


def admitted(sitting: Sitting, on: date) -> Select[int]:
    """Return a query of the keys of all persons whom a sitting admits on a day, for `.in_()`."""
    found: Select[int]
    if sitting.admission == Admission.CLASS_RUN:
        found = select(ClassRunLearner.person_id).where(ClassRunLearner.class_run_id == sitting.class_run_id)
    elif sitting.admission == Admission.SEATS:
        found = select(Seat.person_id).where(Seat.sitting_id == sitting.id)
    else:
        found = select(Appointment.person_id).where(
            Appointment.organisation_id.in_(below(sitting.organisation_id)), held_on(on)
        )
    return select(Person.id).where(Person.id.in_(found), Person.is_active)


def number_admitted(session: Session, sitting: Sitting, on: date) -> int:
    """Return how many persons a sitting admits."""
    return session.scalar(select(func.count()).select_from(admitted(sitting, on).subquery())) or 0


# ---- the terms of persons ----


@dataclass(frozen=True)
class OwnSitting:
    """A sitting with its exam and the terms of one person."""

    sitting: Sitting
    exam: Exam
    terms: Terms


def own_sittings(
    session: Session, person_id: int, *narrowed: ColumnElement[bool], is_locked: bool = False
) -> list[OwnSitting]:
    """Return sittings as they hold for a person, the last to open first; two or three queries."""
    query = (
        select(Sitting, Exam, SittingOverride, Seat)
        .join(Exam, Exam.id == Sitting.exam_id)
        .outerjoin(SittingOverride, SittingOverride.id == _last_override(person_id))
        .outerjoin(Seat, and_(Seat.sitting_id == Sitting.id, Seat.person_id == person_id))
        .where(*narrowed)
        .order_by(Sitting.opens_at.desc(), Sitting.id)
    )
    if is_locked:
        query = query.with_for_update(read=True, of=Sitting)
    rows = session.execute(query).all()
    rooms = {(sitting.id, person_id): seat.room for sitting, _, _, seat in rows if seat is not None}
    changes = _changes(session, [sitting.id for sitting, *_ in rows], [person_id], rooms)
    return [
        OwnSitting(sitting, exam, Terms(override, seat, changes.get((sitting.id, person_id), ())))
        for sitting, exam, override, seat in rows
    ]


def _last_override(person_id: int) -> ScalarSelect[int]:
    return (
        select(func.max(SittingOverride.id))
        .where(SittingOverride.sitting_id == Sitting.id, SittingOverride.person_id == person_id)
        .correlate(Sitting)
        .scalar_subquery()
    )


def changes_for(session: Session, sitting_id: int, person_id: int, room: str | None) -> Sequence[TimeChange]:
    """Return the changes of time at a sitting that concern a person who sits in a room."""
    rooms = {(sitting_id, person_id): room} if room is not None else {}
    return _changes(session, [sitting_id], [person_id], rooms).get((sitting_id, person_id), ())


def terms_by_person(session: Session, sitting_id: int, person_ids: Collection[int]) -> dict[int, Terms]:
    """Return the terms of several persons at a sitting; three or four queries, however many they are."""
    overrides = overrides_in_force(session, sitting_id)
    seats = {
        seat.person_id: seat for seat in session.scalars(select(Seat).where(Seat.sitting_id == sitting_id))
    }
    rooms = {(sitting_id, seat.person_id): seat.room for seat in seats.values()}
    changes = _changes(session, [sitting_id], person_ids, rooms)
    return {
        person_id: Terms(
            overrides.get(person_id), seats.get(person_id), changes.get((sitting_id, person_id), ())
        )
        for person_id in person_ids
    }


def overrides_in_force(session: Session, sitting_id: int) -> dict[int, SittingOverride]:
    """Return the override that counts of each person at a sitting: the last one."""
    rows = session.scalars(
        select(SittingOverride).where(SittingOverride.sitting_id == sitting_id).order_by(SittingOverride.id)
    )
    return {override.person_id: override for override in rows}


def _changes(
    session: Session,
    sitting_ids: Collection[int],
    person_ids: Collection[int],
    rooms: Mapping[tuple[int, int], str],
) -> dict[tuple[int, int], list[TimeChange]]:
    """Return the changes of time that concern each of the persons at each of the sittings."""
    made = session.scalars(
        select(TimeChange).where(TimeChange.sitting_id.in_(sitting_ids)).order_by(TimeChange.id)
    ).all()
    members = _members(session, made, person_ids) | _given(session, made, person_ids)
    found: dict[tuple[int, int], list[TimeChange]] = {}
    for change in made:
        for person_id in person_ids:
            if _concerns(change, person_id, rooms.get((change.sitting_id, person_id)), members):
                found.setdefault((change.sitting_id, person_id), []).append(change)
    return found


def _concerns(
    change: TimeChange, person_id: int, room: str | None, members: Collection[tuple[int, int]]
) -> bool:
    """Return whether a change of time concerns a person who sits in a room."""
    if change.target == TimeChangeTarget.PERSON:
        return change.person_id == person_id
    is_here = change.target == TimeChangeTarget.ROOM and change.room == room
    return is_here or change.target == TimeChangeTarget.ALL or (change.id, person_id) in members


def _members(
    session: Session, changes: Iterable[TimeChange], person_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Return the changes for units, each with the persons who held a post there on the day of the change."""
    of_units = [change for change in changes if change.target == TimeChangeTarget.ORGANISATION]
    if not of_units:
        return set()
    posts = session.execute(
        select(
            OrganisationBelow.above_id, Appointment.person_id, Appointment.appointed_on, Appointment.left_on
        )
        .join(Appointment, Appointment.organisation_id == OrganisationBelow.below_id)
        .where(
            OrganisationBelow.axis == Axis.TERRITORIAL,
            OrganisationBelow.above_id.in_({change.organisation_id for change in of_units}),
            Appointment.person_id.in_(person_ids),
        )
    ).all()
    return {
        (change.id, person_id)
        for above_id, person_id, appointed_on, left_on in posts
        for change in of_units
        if change.organisation_id == above_id and is_held_on(appointed_on, left_on, day_of(change.made_at))
    }


def _given(
    session: Session, changes: Iterable[TimeChange], person_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Return the changes for rooms, each with the persons whose attempts got them.

    Whoever is moved to another room keeps what was given in the former one.
    """
    of_rooms = {change.id: change.sitting_id for change in changes if change.target == TimeChangeTarget.ROOM}
    if not of_rooms:
        return set()
    change_id = AttemptEvent.detail["change"].as_integer()
    rows = session.execute(
        select(change_id, Attempt.person_id)
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(
            Attempt.sitting_id.in_(of_rooms.values()),
            Attempt.person_id.in_(person_ids),
            AttemptEvent.kind == EventKind.EXTENDED,
            change_id.in_(of_rooms),
        )
    )
    return {(change, person_id) for change, person_id in rows}


_LATER = aliased(SittingOverride)
_OWN_ENDS = (
    select(SittingOverride.sitting_id, func.max(SittingOverride.closes_at))
    .outerjoin(
        _LATER,
        and_(
            _LATER.sitting_id == SittingOverride.sitting_id,
            _LATER.person_id == SittingOverride.person_id,
            _LATER.id > SittingOverride.id,
        ),
    )
    .where(SittingOverride.sitting_id.in_(bindparam("ids", expanding=True)), _LATER.id.is_(None))
    .group_by(SittingOverride.sitting_id)
)
_ADDED = (
    select(TimeChange.sitting_id, func.sum(TimeChange.minutes))
    .where(TimeChange.sitting_id.in_(bindparam("ids", expanding=True)))
    .group_by(TimeChange.sitting_id)
)


def closed_for_all(session: Session, sittings: Collection[Sitting]) -> dict[int, datetime]:
    """Return when each sitting is over for everybody, whatever time anybody was given; two queries.

    No earlier than that: all time that was added is counted as if it were added for one person.
    """
    ids = {"ids": [sitting.id for sitting in sittings]}
    last = dict(session.execute(_OWN_ENDS, ids).all())
    added = dict(session.execute(_ADDED, ids).all())
    return {
        sitting.id: max(sitting.closes_at, last.get(sitting.id) or sitting.closes_at)
        + timedelta(minutes=int(added.get(sitting.id, 0)))
        for sitting in sittings
    }
