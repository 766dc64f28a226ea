"""Forms of persons, posts, lists of persons, organisations and systems."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from learning.core.forms import Form, WholeNumberField, choices_of
from learning.core.urls import key_from
from learning.people.entries import AppointmentEntry, OrganisationEntry
from learning.people.kinds import (
    DatePrecision,
    InstitutionKind,
    LeadershipRank,
    Level,
    OrganisationKind,
    TenureType,
)
from learning.people.labels import INSTITUTION_KINDS, LEVELS, ORGANISATION_KINDS, RANKS, TENURES
from learning.people.models import Appointment, Organisation
from learning.people.queries import OrganisationRow
from learning.people.roster_cells import (
    Day,
    Reason,
    read_code,
    read_day,
    read_last_day,
    read_name,
    read_staff_number,
    read_text,
)


class ReadField(StringField):
    """A line of text that is read as a cell of an imported list is, with the same messages."""

    def __init__(
        self, label: str, read: Callable[[str], Any], is_required: bool = False, **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self._read = read
        self.value: Any = None
        if is_required:
            self.flags.required = True

    def pre_validate(self, form: BaseForm) -> None:
        """Read the text, or say why it cannot be read."""
        read = self._read(self.data or "")
        if isinstance(read, Reason):
            raise ValidationError(_(read.message, **read.params))
        self.value = read


def indented(organisations: Iterable[OrganisationRow]) -> dict[str, str]:
    """Return organisations in tree order as choices, set in by their depth."""
    return {str(row.id): "　" * row.depth + row.name for row in organisations}


def read_required(text: str, longest: int) -> str | Reason:
    """Return a text that must be there."""
    return read_text(text, longest) or Reason("Please fill in this field.")


def read_ending(text: str) -> date | Reason:
    """Return a last day that must be there."""
    return read_last_day(text) or Reason("Please fill in this field.")


class AppointmentFields(Form):
    """A post: where, what, since when."""

    organisation = SelectField(_l("Work unit"), description=_l("Your unit and all units below it."))
    post = ReadField(_l("Post held"), partial(read_text, longest=120))
    tenure_type = SelectField(_l("Kind of holding"), choices=choices_of(TENURES))
    leadership_rank = SelectField(
        _l("Rank of leading post"),
        choices=choices_of({"": _l("none"), **RANKS}),
        description=_l("Part-time and seconded members often have none."),
    )
    grade = ReadField(
        _l("Civil-service grade"), partial(read_text, longest=30), description=_l("Such as 四级调研员.")
    )
    is_leadership_member = BooleanField(_l("Member of the leading group"))
    is_principal = BooleanField(_l("Principal head of the unit"))
    is_primary = BooleanField(_l("Primary post of this person"), default=True)
    appointed_on = ReadField(
        _l("Appointed on"),
        read_day,
        description=_l(
            "2024-03-05, or 2024-03 where only the month is known. Needed for members of leading groups."
        ),
    )

    def offer(self, organisations: Iterable[OrganisationRow], always: int | None = None) -> None:
        """Offer the units of the scope that are in use, and the one that is set."""
        offered = (row for row in organisations if row.is_active or row.id == always)
        self.organisation.choices = choices_of(indented(offered))

    def entry(self) -> AppointmentEntry:
        """Return the post as entered."""
        day = self.appointed_on.value
        rank = self.leadership_rank.data
        return AppointmentEntry(
            organisation_id=int(self.organisation.data),
            post=self.post.value,
            leadership_rank=LeadershipRank(rank) if rank else None,
            grade=self.grade.value or None,
            tenure_type=TenureType(self.tenure_type.data),
            is_leadership_member=self.is_leadership_member.data,
            is_principal=self.is_principal.data,
            is_primary=self.is_primary.data,
            appointed_on=day.on if isinstance(day, Day) else None,
            appointed_precision=day.precision if isinstance(day, Day) else DatePrecision.DAY,
            left_on=self.left_on.value if "left_on" in self else None,
        )

    @staticmethod
    def values(appointment: Appointment) -> dict[str, Any]:
        """Return what the form shows of a post on record."""
        day = appointment.appointed_on
        is_month = appointment.appointed_precision == DatePrecision.MONTH
        return {
            "organisation": str(appointment.organisation_id),
            "post": appointment.post,
            "tenure_type": appointment.tenure_type,
            "leadership_rank": appointment.leadership_rank or "",
            "grade": appointment.grade or "",
            "is_leadership_member": appointment.is_leadership_member,
            "is_principal": appointment.is_principal,
            "is_primary": appointment.is_primary,
            "appointed_on": day.isoformat()[:7] if day and is_month else day.isoformat() if day else "",
            "left_on": appointment.left_on.isoformat() if appointment.left_on else "",
        }


class PersonForm(Form):
    """Name and staff number."""

    name = ReadField(_l("Name"), read_name, is_required=True)
    staff_number = ReadField(
        _l("Staff number"),
        read_staff_number,
        is_required=True,
        description=_l("Used to sign in. Never an identity card number."),
    )


class NewPersonForm(PersonForm, AppointmentFields):
    """A person with a first post."""


class CorrectAppointmentForm(AppointmentFields):
    """A post with its last day."""

    left_on = ReadField(_l("Last day"), read_last_day, description=_l("Empty while the post is held."))


class EndAppointmentForm(Form):
    """The last day of a post."""

    left_on = ReadField(_l("Last day"), read_ending, is_required=True, description=_l("Such as 2024-03-05."))


class UploadForm(Form):
    """A list of persons."""

    file = FileField(
        _l("List of persons"),
        validators=[FileRequired(_l("Please choose a file."))],
        description=_l(".xlsx, .csv or .tsv, at most 5,000 persons. Nothing is stored before you confirm."),
    )


class OrganisationForm(Form):
    """An organisation and its two parents."""

    code = ReadField(
        _l("Unit code"),
        read_code,
        is_required=True,
        description=_l("Letters, digits, - and _; used in imported lists."),
    )
    name = ReadField(_l("Name of the unit or system"), partial(read_required, longest=120), is_required=True)
    level = SelectField(_l("Level"), choices=choices_of(LEVELS))
    kind = SelectField(_l("Kind"), choices=choices_of(ORGANISATION_KINDS))
    system = SelectField(_l("System"), description=_l("For mass organisations."))
    territorial_parent = SelectField(
        _l("Stands below"), description=_l("The party committee of the same level, or the unit above.")
    )
    vertical_parent = SelectField(
        _l("Led in its system by"), description=_l("The upper organisation of the same system.")
    )
    sort_number = WholeNumberField(
        _l("Position among its neighbours"),
        default=0,
        validators=[
            InputRequired(_l("Please enter a whole number.")),
            NumberRange(0, 1_000_000, _l("From 0 to 1,000,000.")),
        ],
    )
    institution_kinds = SelectMultipleField(
        _l("Kinds of school"),
        choices=choices_of(INSTITUTION_KINDS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("For schools and colleges; one body may be several."),
    )

    def offer(self, organisations: Iterable[OrganisationRow], systems: Iterable[tuple[int, str]]) -> None:
        """Offer the parents and systems there are."""
        parents = indented(organisations)
        self.territorial_parent.choices = choices_of({"": _("none: top of the tree"), **parents})
        self.vertical_parent.choices = choices_of({"": _("none"), **parents})
        self.system.choices = choices_of({"": _("none"), **{str(key): name for key, name in systems}})

    @staticmethod
    def values(found: Organisation) -> dict[str, Any]:
        """Return what the form shows of an organisation on record."""
        return {
            "code": found.code,
            "name": found.name,
            "level": found.level,
            "kind": found.kind,
            "system": str(found.system_id or ""),
            "territorial_parent": str(found.territorial_parent_id or ""),
            "vertical_parent": str(found.vertical_parent_id or ""),
            "sort_number": found.sort_number,
        }

    def validate_institution_kinds(self, field: SelectMultipleField) -> None:
        """Refuse a school of no kind, and kinds of school for what is none."""
        is_school = self.kind.data == OrganisationKind.INSTITUTION
        if is_school and not field.data:
            raise ValidationError(_("Please choose at least one kind of school."))
        if field.data and not is_school:
            raise ValidationError(_("Only schools and colleges have a kind of school."))

    def entry(self) -> OrganisationEntry:
        """Return the organisation as entered."""
        return OrganisationEntry(
            code=self.code.value,
            name=self.name.value,
            level=Level(self.level.data),
            kind=OrganisationKind(self.kind.data),
            system_id=key_from(self.system.data),
            territorial_parent_id=key_from(self.territorial_parent.data),
            vertical_parent_id=key_from(self.vertical_parent.data),
            sort_number=self.sort_number.data or 0,
            institution_kinds=frozenset(InstitutionKind(kind) for kind in self.institution_kinds.data or ()),
        )


class SystemForm(Form):
    """A system of mass organisations."""

    code = ReadField(_l("System code"), partial(read_code, longest=20), is_required=True)
    name = ReadField(_l("Name of the unit or system"), partial(read_required, longest=60), is_required=True)
    sort_number = WholeNumberField(
        _l("Position"),
        default=0,
        validators=[
            InputRequired(_l("Please enter a whole number.")),
            NumberRange(0, 1_000_000, _l("From 0 to 1,000,000.")),
        ],
    )
