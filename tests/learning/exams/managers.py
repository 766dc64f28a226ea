"""What instructors send by the forms of exams and sittings."""

from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from learning.core.clock import SHANGHAI
from tests.cast import Cast

#: Every tick of the review matrix that a new exam begins with.
TICKS = ["after.response", *(f"released.{each}" for each in ("response", "correctness", "marks", "key"))]


def exam_form(**changed: Any) -> MultiDict[str, str]:
    """Return the form of an exam as a browser sends it."""
    fields: dict[str, Any] = {
        "title": "结业考试",
        "kind": "final_exam",
        "module": "",
        "instructions": "",
        "time_limit_minutes": "60",
        "pass_percent": "60",
        "difficulty_bound": "",
        "exposure_percent": "100",
        "behaviour": "exam",
        "tries": "1",
        "navigation": "free",
        "tolerance_seconds": "5",
        "time_out": "submit",
        "grace_minutes": "0",
        "attempts_allowed": "2",
        "resit_for": "failed",
        "delay_minutes": "0",
        "counting": "highest",
        "choice_policy": "all_or_nothing",
        "markers": "1",
        "marker_tolerance_percent": "20",
        "shown": TICKS,
        "sections-0-title": "",
        "sections-0-instructions": "",
        "sections-0-order": "by_cell",
        "sections-0-shuffle_choices": "y",
        "sections-0-cells-0-clauses": "3，11.1",
        "sections-0-cells-0-types": ["single_choice", "true_false"],
        "sections-0-cells-0-difficulties": ["1", "2"],
        "sections-0-cells-0-tags": "",
        "sections-0-cells-0-count": "5",
        "sections-0-cells-0-marks": "2",
    }
    return MultiDict(fields | changed)


def sitting_form(cast: Cast, **changed: Any) -> MultiDict[str, str]:
    """Return the form of a sitting of the county, from midnight for two days, as a browser sends it."""
    today = datetime.now(SHANGHAI)
    fields: dict[str, Any] = {
        "admission": "organisation",
        "organisation": str(cast.organisations["county"]),
        "class_run": "",
        "opens": today.strftime("%Y-%m-%dT00:00"),
        "latest_start": "",
        "closes": (today + timedelta(days=2)).strftime("%Y-%m-%dT18:00"),
        "start_mode": "self",
        "access_code": "",
        "address_ranges": "",
        "browser_keys": "",
        "learners": "",
    }
    return MultiDict(fields | changed)


def set_up(client: FlaskClient, **changed: Any) -> int:
    """Set up an exam by its form and return its key."""
    reply = client.post("/exams/manage/new", data=exam_form(**changed))
    assert reply.status_code == 302, reply.text
    return int(reply.location.rsplit("/", 1)[1])
