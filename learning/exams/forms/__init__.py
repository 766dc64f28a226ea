"""Forms of exams, sittings, seats, marks and the acts of invigilators."""

from learning.exams.forms.exams import ExamForm, fields_of
from learning.exams.forms.fields import moment_of
from learning.exams.forms.sittings import DoorForm, SittingForm

__all__ = ["DoorForm", "ExamForm", "SittingForm", "fields_of", "moment_of"]
