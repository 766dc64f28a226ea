"""Pages of the learner: courses and modules, and the reader with its practice."""

from learning.study.views import courses, reader
from learning.study.views.pages import blueprint

__all__ = ["blueprint", "courses", "reader"]
