"""The production server with the demonstration, and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from learning.config import ROOT

#: The original lies beside the checkout of those who may have it; the project itself does not contain it.
ORIGINAL = ROOT.parent / "shared" / "opinion.txt"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


class Site:
    """A production server on a database of its own."""

    def __init__(self, folder: Path) -> None:
        """Prepare; nothing is started yet."""
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.database_url = f"sqlite:///{folder / 'site.sqlite3'}"
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, **environment: str) -> None:
        """Start the server and wait until it answers."""
        settings = {"PORT": str(self.port), "DATABASE_URL": self.database_url, "SECRET_KEY": "journey"}
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "learning.serve", *arguments],
                cwd=ROOT,
                env=os.environ | settings | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait()

    def wait(self, seconds: float = 90) -> None:
        """Wait until the server answers, or fail with its log."""
        assert self.process is not None
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """Kill the server and all its workers as a power cut would: with SIGKILL."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop the server the gentle way."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture(scope="session")
def original() -> Path:
    """The original document; where it is absent, what needs it is skipped."""
    if not ORIGINAL.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the original document must lie beside the checkout in CI")
        pytest.skip("the original document does not lie beside this checkout (../shared/opinion.txt)")
    return ORIGINAL


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, original: Path) -> Iterator[Site]:
    """A site with demonstration and original, shared by the journeys of one worker."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.start("--demonstration", DOCUMENT=str(original))
    yield site
    site.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the distribution."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium must be installed in CI")
        pytest.skip("Chromium is not installed; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page_of(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Return a new window as on a device of its own; all are closed at the end."""
    contexts = []

    def open_window(width: int = 1280, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
