"""Log lines carry the id of their request."""

import logging
import sys

import pytest
from flask import Flask


def test_every_line_of_a_request_carries_the_id_that_the_client_is_told(
    fresh_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def speak() -> str:
        fresh_app.logger.warning("from the application")
        logging.getLogger("learning.exams.services").warning("from a feature")
        return ""

    speak.access = fresh_app.view_functions["home.help"].access  # type: ignore[attr-defined]
    fresh_app.add_url_rule("/speak", "speak", speak)
    for handler in logging.getLogger("learning").handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(sys.stderr)
    number = fresh_app.test_client().get("/speak").headers["X-Request-ID"]
    lines = [line for line in capsys.readouterr().err.splitlines() if " from " in line]
    assert len(lines) == 2
    assert all(f"[{number}]" in line for line in lines)
