"""What the rules on study sessions share; a neighbour of the rules, not one itself."""

from learning.core.texts import N_
from learning.requirements.facts import SessionFacts
from learning.requirements.verdicts import Evidence, Message


def evidence(session: SessionFacts) -> Evidence:
    """Return a session as evidence; the rate of attendance is shown and has no threshold."""
    params = {"topic": session.topic, "present": session.present, "expected": session.expected}
    if not session.expected:
        return Evidence(session.on, Message(N_("%(topic)s (no roll recorded)"), params))
    text = N_("%(topic)s (%(present)s present of %(expected)s expected)")
    return Evidence(session.on, Message(text, params))
