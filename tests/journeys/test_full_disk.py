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

from bench import checks, processes
from bench.clients import AtApplication
from bench.crash import Persistence
from bench.fill import fill
from bench.servers import Server
from bench.wire import Connection, Reply

pytestmark = pytest.mark.sqlite_only
LEARNERS = 7
SECRET = "only-for-tests"
MEGABYTE = 1024 * 1024


class LimitedFiles:
    """A limit on how long files of the server's processes may become; anybody may set it, anywhere."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server

    def use_up(self) -> None:
        """Let no file grow much beyond the write-ahead log, which is then too short for a checkpoint."""
        self._limit((self.folder / "site.db-wal").stat().st_size + 32 * 1024)

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

    def use_up(self) -> None:
        """Write until nothing more can be written."""
        with self.ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass

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
    disk.use_up()
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
    meanwhile, afterwards = asyncio.run(answer_through(disk, people, WithoutScripts(last)))
    assert meanwhile.status == 503
    assert "系统繁忙或正在维护" in meanwhile.text
    assert "此前显示“已保存”的内容不会丢失" in meanwhile.text
    assert afterwards.status == 302
    assert [why for person in people for why in person.refused] == []
    found = checks.check(f"sqlite:///{tmp_path}/site.db", learners)
    assert found.is_sound, checks.told(found)
    assert found.results == len(learners)
