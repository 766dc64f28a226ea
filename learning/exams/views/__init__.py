"""Pages of exams."""

from learning.exams.views import managing, marking, taking
from learning.exams.views.pages import blueprint

__all__ = ["blueprint", "managing", "marking", "taking"]
