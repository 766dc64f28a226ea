"""Let Hypothesis take the time it needs: how fast an example runs says nothing about the rule it tries."""

from hypothesis import HealthCheck, settings

# The parent is what is loaded already: with CI=true that is Hypothesis' own repeatable profile.
settings.register_profile(
    "patient", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")
