"""Pages about people and organisations."""

from learning.people.views import organisations, persons, rosters
from learning.people.views.pages import blueprint

__all__ = ["blueprint", "organisations", "persons", "rosters"]
