"""Heavy files keep nobody waiting but who brought them, and nothing is lost when there are too many."""

import io
import itertools
import os
import signal
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PIL import Image

from kaiban.app import Kaiban
from kaiban.app.papers.paperwork import ANSWERS
from kaiban.domain.city import Rates
from kaiban.domain.papers.material import Holder, UploadLimits
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.processes.limits import Limits
from kaiban.processes.pool import Pool
from kaiban.storage.access.rate_limits import SqlRateLimits
from tests.serving import serve
from tests.waiting import until
from tests.web.house import Wall
from tests.web.pictures import photograph, scan
from tests.web.rosters import line, pasted
from tests.web.visitor import Visitor

SMALL = photograph(400, 300)
SOON, AN_HOUR = "10", "3600"
DAYS = itertools.count(1)


class Served:
    """The city's pages once more, with another pool or other limits; visitors who have begun a filing."""

    def __init__(self, kaiban, address):
        self.kaiban, self.address, self.visitors = kaiban, address, []

    @property
    def pool(self):
        return self.kaiban.document_workers

    def visitor(self):
        visitor = Visitor(self.address)
        self.visitors.append(visitor)
        visitor.open("/").press("开始填写").press("保存并继续")
        return visitor

    def kept(self, visitor):
        return {one.name for one in self.kaiban.materials.listed(Holder(visitor.filing_id))}

    @contextmanager
    def held(self):
        """Let the only child of the pool stand still in the middle of whatever it does, until the block ends."""
        (pid,) = self.pool.pids or [self.pool.run("os:getpid")]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield pid
        finally:
            # It may be gone: a test has killed it, or it has been replaced.
            if pid in self.pool.pids:
                os.kill(pid, signal.SIGCONT)

    @contextmanager
    def bringing(self, *files):
        """Somebody brings files in the block, and it ends when they have an answer."""
        visitor = self.visitor().go("materials")
        before = self.pool.inside
        thread = threading.Thread(target=visitor.bring, args=("identity", *files))
        thread.start()
        until(lambda: self.pool.inside > before, 60, lambda: "they do not come")
        yield visitor
        thread.join()


@pytest.fixture
def served(city):
    """Return a function: serve with this pool (one child, so many places), these limits of uploads, these rates."""

    @contextmanager
    def serving(places=4, limits=None, uploads=None, **rates):
        kaiban = Kaiban(dict(city.kaiban.environ))
        kaiban.clock, kaiban.engine = city.kaiban.clock, city.kaiban.engine
        # Counts begin anew for each of these, as if on another day.
        kaiban.wall = Wall(kaiban.wall)
        kaiban.wall.pass_by(days=next(DAYS))
        kaiban.document_workers = Pool(1, places, limits, ANSWERS)
        kaiban.quotas = Quotas(
            SqlRateLimits(kaiban.database, kaiban.keyring), Rates(**rates), kaiban.wall.now
        )
        if uploads:
            usual = kaiban.office.city
            changed = replace(usual, materials=replace(usual.materials, limits=uploads))
            object.__setattr__(kaiban.office, "city", changed)
        with serve(kaiban.web()) as address:
            found = Served(kaiban, address)
            yield found
            for each in found.visitors:
                each.close()
        kaiban.database.close()

    return serving


def test_a_page_answers_while_a_file_is_being_read(served):
    with served() as city:
        city.pool.run("os:getpid")
        with city.held(), city.bringing(("a.jpg", SMALL)) as other:
            assert city.visitor().go("materials").status == 200
            assert city.kept(other) == set()
            os.kill(city.pool.pids[0], signal.SIGCONT)
        assert (other.status, city.kept(other)) == (200, {"a.jpg"})


def test_who_comes_when_all_are_at_work_is_told_to_come_back_and_loses_nothing(served):
    with served(places=1) as city:
        somebody = city.visitor().go("materials").bring("identity", ("旧.jpg", SMALL))
        with city.held() as pid, city.bringing(("a.jpg", SMALL)):
            somebody.bring("identity", ("新.jpg", SMALL))
            assert (somebody.status, somebody.answer.headers["Retry-After"]) == (503, SOON)
            assert "没有收下" in somebody.mistakes[0]
            assert "旧.jpg" in somebody.text
            table = (
                somebody.go("staff").follow("从表格导入").press("读取表格", text=pasted(line(1)))
            )
            assert (table.status, table.answer.headers["Retry-After"]) == (503, SOON)
            assert line(1).split("\t")[0] in table.control("text").text
            os.kill(pid, signal.SIGCONT)
        somebody.go("materials").bring("identity", ("新.jpg", SMALL))
        assert city.kept(somebody) == {"旧.jpg", "新.jpg"}


def test_a_template_nobody_has_made_yet_waits_for_its_turn_too(served):
    with served(places=1) as city:
        somebody = city.visitor()
        city.pool.run("os:getpid")
        with city.held() as pid, city.bringing(("a.jpg", SMALL)):
            somebody.go("staff/roster.xlsx")
            assert (somebody.status, somebody.answer.headers["Retry-After"]) == (503, SOON)
            assert "填过的内容都还在" in somebody.text
            os.kill(pid, signal.SIGCONT)


def test_a_child_killed_over_a_file_is_told_and_the_next_upload_works(served):
    with served() as city:
        city.pool.run("os:getpid")
        with city.held() as pid, city.bringing(("a.jpg", SMALL)) as visitor:
            os.kill(pid, signal.SIGKILL)
        assert visitor.status == 422
        assert "请再试一次" in visitor.mistakes[0]
        visitor.bring("identity", ("b.jpg", SMALL))
        assert city.kept(visitor) == {"b.jpg"}


def picture(width, height):
    target = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(target, "PNG")
    return target.getvalue()


#: Less than a child has when it begins.
LITTLE = Limits(memory=32 * 1024 * 1024)


def test_a_file_beyond_the_limits_of_a_job_is_answered_with_what_to_do(served):
    with served(limits=Limits(memory=180 * 1024 * 1024)) as city:
        visitor = city.visitor().go("materials")
        visitor.bring("identity", ("大.png", picture(7_000, 6_000)))
        assert visitor.status == 422
        assert "降低扫描分辨率" in visitor.mistakes[0]
        assert city.kept(visitor) == set()


def test_a_table_beyond_the_limits_of_a_job_is_answered_with_what_to_do(served):
    with served(limits=LITTLE) as city:
        roster = city.visitor().go("staff").follow("从表格导入")
        roster.press("读取表格", text=pasted(line(1)))
        assert roster.status == 422
        assert "新建空表" in roster.mistakes[0]


def test_a_machine_too_busy_for_a_file_says_when_to_come_back_and_nothing_against_the_file(served):
    with served(limits=Limits(seconds=0.01)) as city:
        visitor = city.visitor().go("materials")
        visitor.bring("identity", ("大.png", picture(7_000, 6_000)))
        assert (visitor.status, visitor.answer.headers["Retry-After"]) == (503, "10")
        assert city.kept(visitor) == set()


def test_a_pdf_that_unpacks_to_more_than_the_city_allows_is_refused_by_name(served):
    with served(uploads=UploadLimits(pages=1)) as city:
        visitor = city.visitor().go("materials")
        visitor.bring("identity", ("a.pdf", scan(2)))
        assert "最多 1 页" in visitor.mistakes[0]


def test_uploads_of_a_draft_are_counted_and_what_is_there_stays(served):
    with served(uploads_by_draft=2) as city:
        visitor = city.visitor().go("materials")
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            visitor.bring("identity", (name, SMALL))
        assert (visitor.status, visitor.answer.headers["Retry-After"]) == (429, AN_HOUR)
        assert "一小时后再上传" in visitor.mistakes[0]
        assert city.kept(visitor) == {"a.jpg", "b.jpg"}
        other = city.visitor().go("materials").bring("identity", ("d.jpg", SMALL))
        assert other.status == 200


def test_megabytes_a_draft_sends_are_counted_also_when_files_are_taken_away_again(served):
    with served(megabytes_by_draft=2) as city:
        visitor = city.visitor().go("materials")
        for name in ("a.jpg", "b.jpg"):
            visitor.bring("identity", (name, SMALL)).take_away()
        assert city.kept(visitor) == set()
        visitor.bring("identity", ("c.jpg", SMALL))
        assert (visitor.status, visitor.answer.headers["Retry-After"]) == (429, AN_HOUR)
        assert "文件加起来太大" in visitor.mistakes[0]
        assert "降低扫描分辨率" in visitor.mistakes[0]
        # Neither another draft of the same address nor this one's pages are touched by it.
        other = city.visitor().go("materials").bring("identity", ("d.jpg", SMALL))
        assert (other.status, visitor.go("materials").status) == (200, 200)


@pytest.mark.parametrize("rates", [{"uploads_by_address": 1}, {"megabytes_by_address": 1}])
def test_uploads_of_an_address_are_counted_over_its_drafts(served, rates):
    with served(**rates) as city:
        first, second = city.visitor(), city.visitor()
        assert first.go("materials").bring("identity", ("a.jpg", SMALL)).status == 200
        assert second.go("materials").bring("identity", ("a.jpg", SMALL)).status == 429
        text = pasted(line(1))
        table = second.go("staff").follow("从表格导入").press("读取表格", text=text)
        assert table.status == 429
        assert table.control("text").text.strip() == text.strip()


def test_drafts_begun_from_an_address_are_counted(served):
    with served(drafts_by_address=1) as city:
        first = city.visitor()
        other = Visitor(city.address)
        city.visitors.append(other)
        other.open("/").press("开始填写")
        assert (other.status, other.answer.headers["Retry-After"]) == (429, AN_HOUR)
        assert "已经开始的申请不受影响" in other.text
        assert first.go("materials").status == 200
