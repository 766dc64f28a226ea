"""Pages of exams."""

from learning.exams.views import answering, deciding, managing, marking, starting, stepping, taking
from learning.exams.views.pages import blueprint

__all__ = ["answering", "blueprint", "deciding", "managing", "marking", "starting", "stepping", "taking"]
