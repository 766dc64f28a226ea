"""Bring the installation up to date and serve it; what `./manage run` starts."""

import argparse
import os
import resource
import socket
import sys
from pathlib import Path

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from learning import demonstration, installation
from learning.accounts import queries as accounts
from learning.app import create_app
from learning.config import ROOT
from learning.core.db import database, reading

#: Of each worker. While one waits for the disk the others queue up behind it, and are then written together
#: (learning/exams/services/writer.py): with 16 more saves fit into a second than with 4, with fewer commits.
THREADS = 16
#: Connections that each worker keeps. Browsers keep theirs open while their learner thinks, several each;
#: with granian's own limit of 512 the thousandth waits half a minute for its first page.
CONNECTIONS = 4096


class CannotStart(Exception):
    """Why the site cannot start, in one line for the person at the keyboard."""


def main() -> None:
    """Start the site, or say in one line why not and exit with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demonstration", action="store_true", help="fill an empty site")
    options = parser.parse_args()
    try:
        port = _port()
        _check_address("127.0.0.1" if not os.environ.get("HOST") else os.environ["HOST"], port)
        app = _application()
        _prepare(app, options.demonstration)
    except CannotStart as problem:
        sys.exit(f"cannot start: {problem}")
    serve(os.environ.get("HOST", "127.0.0.1"), port)


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _check_address(host: str, port: int) -> None:
    try:
        family = socket.getaddrinfo(host, port)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = f"{host}:{port} cannot be used ({error.strerror}); set PORT to another number"
        raise CannotStart(reason) from None


def _application() -> Flask:
    try:
        return create_app()
    except ArgumentError:
        reason = "DATABASE_URL is not an address such as sqlite:///site.db or postgresql://host/name"
        raise CannotStart(reason) from None
    except (ValueError, ImportError, OSError) as error:
        raise CannotStart(str(error)) from None


def _prepare(app: Flask, wants_demonstration: bool) -> None:
    """Bring the database up to date, load what is built in, and say where to go."""
    with app.app_context():
        try:
            installation.upgrade()
            is_empty = not accounts.any_account(reading())
            if wants_demonstration and is_empty:
                print("loading the demonstration …", flush=True)
                demonstration.load()
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise CannotStart(f"the database at DATABASE_URL cannot be used: {reason}") from None
        _import_document(app.config["DOCUMENT"])
        _announce(wants_demonstration)
        database().engine.dispose()


def _import_document(path: str) -> None:
    if not path:
        return
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise CannotStart(f"DOCUMENT {path} cannot be read ({error.strerror})") from None
    problems = installation.import_document(Path(path).name, data)
    if problems:
        raise CannotStart(f"DOCUMENT {path} is not the original: {problems[0]} ({len(problems)} findings)")


def _announce(wants_demonstration: bool) -> None:
    print(f"open http://{os.environ.get('HOST', '127.0.0.1')}:{_port()}/")
    if wants_demonstration and demonstration.is_loaded():
        print(f"demonstration sign-ins, all with the password {demonstration.PASSWORD}:")
        for name, who in demonstration.SIGN_INS:
            print(f"  {name:10} {who}")
    print("stop with Ctrl-C", flush=True)


def serve(host: str, port: int) -> None:
    """Serve until told to stop."""
    os.environ.setdefault("RUN_JOBS", "1")
    os.chdir(ROOT)
    _allow_connections()
    Server(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("WORKERS", "2")),
        blocking_threads=THREADS,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


def _allow_connections() -> None:
    """Raise the limit of open files, 1024 on many systems, as far as this user may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(4 * CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
