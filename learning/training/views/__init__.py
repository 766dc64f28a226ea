"""Pages of the training register."""

from learning.training.views import class_runs, sessions
from learning.training.views.pages import blueprint

__all__ = ["blueprint", "class_runs", "sessions"]
