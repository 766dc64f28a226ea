"""Pages about people and organisations."""

from learning.people.views.pages import blueprint

__all__ = ["blueprint"]
