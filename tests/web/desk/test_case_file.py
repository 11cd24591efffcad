"""The case file at the desk: asked for by who may, made by a worker, fetched, and told to the owner each time."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from kaiban.app.papers.signing import trusted
from kaiban.documents.case_file.archive import check
from kaiban.domain.roles import Role
from kaiban.orchestrator.worker.upkeep.case_filing import KEPT
from kaiban.storage.schema import case_files
from tests.web.desk.people import at_desk, hire


@pytest.fixture(scope="module")
def manager(city):
    visitor = at_desk(city.address, hire(city.kaiban, Role.HALL_MANAGER))
    yield visitor
    visitor.close()


@pytest.fixture
def no(city):
    return city.submit(city.form("案卷甲"))


@pytest.fixture(autouse=True)
def alone(city):
    """No case file of another test waits."""
    with city.kaiban.database.transaction() as connection:
        connection.execute(case_files.delete())


def test_it_is_asked_for_made_fetched_and_vouched_for(manager, city, no):
    manager.open(f"/desk/cases/{no}").follow("电子案卷").press("制作案卷")
    assert "正在制作" in manager.text
    assert city.kaiban.case_filing.turn()
    manager.follow("刷新")
    assert "制作完成" in manager.text
    answer = manager.http.get(f"{city.address}/desk/cases/{no}/file/download", timeout=60)
    assert answer.headers["Content-Type"] == "application/zip"
    found = check(answer.content, trusted(city.kaiban.settings))
    assert found.index["case_no"] == no
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert json.loads(bundle.read("form.json"))["company"]
    seen = [each.why for each in city.kaiban.cases.disclosures(no)]
    assert "file" in seen
    assert not city.kaiban.case_filing.turn()


def test_it_is_gone_after_a_day(manager, city, no):
    manager.open(f"/desk/cases/{no}/file").press("制作案卷")
    city.kaiban.case_filing.turn()
    later = replace(city.kaiban.case_filing, wall=lambda: city.kaiban.wall.now() + KEPT + timedelta(minutes=1))  # fmt: skip
    later.turn()
    assert city.kaiban.case_files.standing(no) is None
    assert "制作案卷" in manager.open(f"/desk/cases/{no}/file/download").text


def test_one_that_cannot_be_made_is_told_of_and_keeps_no_other_waiting(manager, city, no):
    def fails(_no, _by):
        raise OSError

    manager.open(f"/desk/cases/{no}/file").press("制作案卷")
    with capture_logs() as logs:
        assert replace(city.kaiban.case_filing, make=fails).turn()
    assert [each["event"] for each in logs] == ["case_file_failed"]
    manager.follow("刷新")
    assert "没有做成" in manager.text
    manager.press("制作案卷")
    assert city.kaiban.case_filing.turn()


def test_who_waits_does_not_wait_longer_for_asking_again(manager, city, no):
    manager.open(f"/desk/cases/{no}/file").press("制作案卷")
    first = city.kaiban.case_files.standing(no)
    token = manager.page.xpath("//input[@name='csrf_token']")[0].get("value")
    again = manager.http.post(
        f"{city.address}/desk/cases/{no}/file", data={"csrf_token": token}, timeout=60
    )
    assert again.status_code == 200
    assert city.kaiban.case_files.standing(no) == first


def test_the_window_has_no_button_for_it(desk, no):
    desk.open(f"/desk/cases/{no}")
    assert "电子案卷" not in desk.text
