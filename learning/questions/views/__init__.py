"""Pages of the bank: search it, look at questions, write, review and publish them."""

from learning.questions.views import bank, editing, reviewing
from learning.questions.views.pages import blueprint

__all__ = ["bank", "blueprint", "editing", "reviewing"]
