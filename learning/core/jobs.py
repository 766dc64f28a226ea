"""Run what must happen by itself while the site runs, such as closing overdue attempts."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask

from learning.core import clock

#: A job gets the present moment and returns how much it did; it must be safe to run in several processes.
Job = Callable[[datetime], int]
log = logging.getLogger(__name__)


def start(app: Flask, jobs: Sequence[Job]) -> None:
    """Start a thread that runs the jobs again and again, where the settings ask for it."""
    if app.config["RUN_JOBS"]:
        threading.Thread(target=_run_for_ever, args=(app, jobs), name="jobs", daemon=True).start()


def _run_for_ever(app: Flask, jobs: Sequence[Job]) -> None:
    while True:
        for job in jobs:
            run(app, job)
        time.sleep(app.config["JOBS_EVERY_SECONDS"])


def run(app: Flask, job: Job) -> None:
    """Run a job once; one that fails is logged and tried again at the next turn."""
    try:
        with app.app_context():
            done = job(clock.now())
            if done:
                app.logger.info("job %s: %s", job.__name__, done)
    except Exception:
        # The database may be away for a while; the thread must outlive that, and the log must tell it.
        log.exception("job %s failed", job.__name__)
