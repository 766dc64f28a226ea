"""The disk is full while learners answer: nothing is called saved that is not, and later all goes on."""

import asyncio
import os
import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bench import checks, processes
from bench.clients import AtApplication
from bench.crash import Persistence
from bench.fill import fill
from bench.servers import Server
from bench.wire import Connection, Reply
from tests.apart import apart

pytestmark = pytest.mark.sqlite_only
LEARNERS = 7
SECRET = "only-for-tests"
MEGABYTE = 1024 * 1024


class LimitedFiles:
    """A limit on how long files of the server's processes may become; anybody may set it, anywhere."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server

    def use_up(self, left: int = 0) -> None:
        """Let no file grow beyond the write-ahead log as it is, which is then too short for a checkpoint."""
        self._limit((self.folder / "site.db-wal").stat().st_size + left)

    def make_room(self) -> None:
        """Lift the limit."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for pid in processes.family(self.server.pid):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class SmallDisk:
    """A file system of its own, full to the last page; only where one may be mounted."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.ballast = folder / "ballast"

    def use_up(self, left: int = 0) -> None:
        """Write until nothing more can be written, then leave something."""
        with self.ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        os.truncate(self.ballast, self.ballast.stat().st_size - left)

    def make_room(self) -> None:
        """Delete what was written."""
        self.ballast.unlink()


Disk = LimitedFiles | SmallDisk


def can_mount() -> bool:
    """Return whether a file system can be mounted here; tried where nobody else sees it."""
    words = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return os.geteuid() == 0 and subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


#: The limit works everywhere. A real "no space left" has another error code, so that it is tried as well
#: where that is possible.
@pytest.fixture(params=[LimitedFiles, SmallDisk] if can_mount() else [LimitedFiles])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[type[Disk]]:
    if request.param is LimitedFiles:
        yield LimitedFiles
        return
    with mounted(tmp_path):
        yield SmallDisk


@pytest.fixture
def site(kind: type[Disk], tmp_path: Path) -> Iterator[tuple[Server, Disk, list[AtApplication]]]:
    """A server whose disk can be used up, and learners who have not come yet."""
    url = f"sqlite:///{tmp_path}/site.db"
    filled = fill(url, SECRET, LEARNERS)
    settings = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "DOCUMENT": "", "RUN_JOBS": "0"}
    with Server("learning.serve", tmp_path / "server.log", settings) as server:
        server.wait()
        learners = [AtApplication(Connection(server.port), each, filled) for each in filled.learners]
        yield server, kind(tmp_path, server), learners


async def until(condition: Callable[[], bool], why: str) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(why)


class WithoutScripts:
    """A learner whose page runs no scripts."""

    def __init__(self, learner: AtApplication) -> None:
        self.learner, self.place = learner, ""

    async def come_in(self) -> None:
        """Sign in, start, and open the page, which may write from then on."""
        here = self.learner
        for do in (here.open_sign_in, here.sign_in, here.rules, here.start, here.paper):
            assert await do(), do.__name__
        page = (await here.browser.get(here.paper_url)).text
        found = re.search(r'name="place" value="([^"]+)"', page)
        assert found
        self.place = found[1]

    async def save(self) -> Reply:
        """Press "save" after answering the first question."""
        (name, value), *_ = self.learner.answers[1]
        field = f"slot-1-{name}" if name else "slot-1"
        sent = {"place": self.place, "shown": "1", "save": "1", field: value}
        return await self.learner.browser.post_form(f"{self.learner.paper_url}/save", **sent)


async def answer_through(disk: Disk, people: list[Persistence], plain: WithoutScripts) -> list[Reply]:
    """Let all answer, with a full disk in between, until everything is acknowledged and handed in.

    Return what the page without scripts got meanwhile and afterwards.
    """
    door, is_over = asyncio.Semaphore(4), asyncio.Event()
    await asyncio.gather(plain.come_in(), *(person.come_in(door) for person in people))
    answering = asyncio.gather(*(person.answer(is_over) for person in people))
    await until(lambda: all(len(each.learner.acknowledged) > 3 for each in people), "nobody could save")
    # So that it happens in the midst of a transaction.
    disk.use_up(left=32 * 1024)
    await until(lambda: all(each.replies[503] > 1 for each in people), "the disk did not become full")
    saved = [len(each.learner.acknowledged) for each in people]
    meanwhile = await plain.save()
    await asyncio.sleep(1)
    assert saved == [len(each.learner.acknowledged) for each in people], "saved, though the disk is full"
    disk.make_room()
    await until(
        lambda: all(len(each.learner.acknowledged) > was for each, was in zip(people, saved, strict=True)),
        "it does not go on",
    )
    afterwards = await plain.save()
    plain.learner.browser.wire.close()
    is_over.set()
    await answering
    for person in people:
        await person.hand_in()
    return [meanwhile, afterwards]


def test_with_a_full_disk_nothing_is_called_saved_and_with_room_it_goes_on(
    site: tuple[Server, Disk, list[AtApplication]], tmp_path: Path
) -> None:
    _, disk, (last, *learners) = site
    people = [Persistence(learner) for learner in learners]
    meanwhile, afterwards = apart(lambda: asyncio.run(answer_through(disk, people, WithoutScripts(last))))
    assert meanwhile.status == 503
    assert "系统繁忙或正在维护" in meanwhile.text
    assert "此前显示“已保存”的内容不会丢失" in meanwhile.text
    assert afterwards.status == 302
    assert [why for person in people for why in person.refused] == []
    found = checks.check(f"sqlite:///{tmp_path}/site.db", learners)
    assert found.is_sound, checks.told(found)
    assert found.results == len(learners)


def open_exam(page: Page, port: int, learner: AtApplication) -> None:
    """Sign in and start, as a learner does."""
    page.goto(f"http://127.0.0.1:{port}/sign-in")
    page.locator('input[name="name"]').fill(learner.learner.name)
    page.locator('input[name="password"]').fill(learner.learner.password)
    page.locator('main button[type="submit"]').click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"http://127.0.0.1:{port}{learner.sitting_url}")
    page.locator(f'form[action$="{learner.sitting_url}/start"] button').click()
    page.wait_for_url("**/attempts/*")


def state_of(page: Page, number: int) -> Locator:
    return page.locator(f"#question-{number} .question-state")


def choose(page: Page, number: int) -> None:
    page.locator(f"#question-{number} input:not([type=hidden])").first.check()


@pytest.mark.browser
def test_the_page_says_that_the_server_cannot_save_and_saves_when_there_is_room(
    site: tuple[Server, Disk, list[AtApplication]], browser: Browser
) -> None:
    server, disk, (learner, *_) = site
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    open_exam(page, server.port, learner)
    choose(page, 1)
    expect(state_of(page, 1)).to_have_attribute("data-state", "saved", timeout=15_000)
    disk.use_up()
    choose(page, 2)
    expect(state_of(page, 2)).to_contain_text("服务器暂不能保存", timeout=15_000)
    disk.make_room()
    expect(state_of(page, 2)).to_have_attribute("data-state", "saved", timeout=60_000)
    page.reload()
    expect(page.locator("#question-2 input:not([type=hidden])").first).to_be_checked()
    context.close()
