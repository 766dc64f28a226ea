"""Name the two shares of the marks that most answers earn; to make them anew each time is slow."""

from __future__ import annotations

from fractions import Fraction

NOTHING, ALL = Fraction(0), Fraction(1)
