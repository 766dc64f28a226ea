"""Pages of exams."""

from learning.exams.views import answering, managing, marking, taking
from learning.exams.views.pages import blueprint

__all__ = ["answering", "blueprint", "managing", "marking", "taking"]
