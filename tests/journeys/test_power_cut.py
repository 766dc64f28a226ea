"""Workers and servers are killed while learners answer: what they acknowledged is there afterwards."""

import os

from bench.crash import crash
from tests.apart import apart

#: The server on which `./manage test` runs a second time; SQLite where there is none.
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "")
#: The whole of it, 100 kills during 200 attempts, is `python -m bench.crash`.
KILLS, ATTEMPTS = 6, 40


def test_what_was_acknowledged_before_a_kill_is_there_after_it_once_and_in_order() -> None:
    outcome = apart(lambda: crash(POSTGRESQL, KILLS, ATTEMPTS, seed=20260101))
    told = str(outcome)
    assert outcome.findings.is_sound, told
    assert not outcome.refused, told
    # Else nothing was tried: of either kind some were killed, and in the midst of somebody's request.
    assert outcome.killer.of_workers > 0, told
    assert outcome.killer.of_servers > 0, told
    assert outcome.replies[0] > 0, told
    assert outcome.findings.acknowledged > 10 * ATTEMPTS, told
    assert outcome.findings.results == ATTEMPTS, told
