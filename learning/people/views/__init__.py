"""Pages about people and organisations."""

from learning.people.views import notices, organisations, persons, rosters
from learning.people.views.pages import blueprint

__all__ = ["blueprint", "notices", "organisations", "persons", "rosters"]
