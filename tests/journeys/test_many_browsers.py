"""A thousand browsers keep their connections open while their learners think."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.journeys.conftest import Site

pytestmark = pytest.mark.sqlite_only
CONNECTIONS = 1_200


@pytest.fixture
def open_files() -> Iterator[None]:
    """Let this process open as many connections; the server has to see to that by itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, CONNECTIONS + 500), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A server that was started with the limit of open files that is usual."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    site = Site(tmp_path)
    site.start()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    yield site
    site.stop()


def test_who_comes_last_is_answered_at_once(own_site: Site, open_files: None) -> None:
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(socket.create_connection(("127.0.0.1", own_site.port), timeout=5))
        with urlopen(f"{own_site.url}/healthz", timeout=5) as reply:
            assert reply.status == 200
