"""What applicants brought goes to the departments that read it, ahead of the message that names it."""

from collections import Counter
from dataclasses import replace

import pytest
from marshmallow import Schema, fields

from kaiban.domain.papers.material import Upload
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring, defer
from kaiban.orchestrator.materials.enclosing import enclosed
from kaiban.ports import (
    Prepared,
    Ref,
    Retryable,
    Said,
    Silent,
    Unavailable,
    Unknown,
    Unprocessable,
    overheard,
)
from tests.orchestrator.departments import REGISTRATION, Working
from tests.orchestrator.driver import CITY, FORM
from tests.orchestrator.test_materials import RULES

FILING = "f" * 22
LEASE = Upload("张三的合同.pdf", "application/pdf", b"%PDF lease", 2)
CARD = Upload("card.jpg", "image/jpeg", b"JPEG card", 1)


class Attachment(Schema):
    key = fields.Raw(metadata={"path": "key"})
    name = fields.Raw(metadata={"path": "name"})
    media_type = fields.Raw(metadata={"path": "media_type"})
    digest = fields.Raw(metadata={"path": "digest"})


class NoFaults:
    def next(self):
        return True, None


class Filing(Working):
    """A department that reads materials and refuses a message whose files did not come before."""

    def __init__(self, *going_wrong):
        super().__init__("registration", NoFaults(), steps=REGISTRATION)
        attachments = fields.List(fields.Nested(Attachment), metadata={"path": "materials"})
        self.Needs = type("Needs", (self.Needs,), {"attachments": attachments})
        self.going_wrong = list(going_wrong)
        self.files, self.calls = {}, Counter()

    def prepare(self, needs, key, step):
        files = tuple(each["digest"] for each in needs.get("attachments", ()))
        return replace(super().prepare(needs, key, step), files=files)

    def enclose(self, digest, content):
        self.calls[digest] += 1
        overheard(Said("PUT /files", content, 200, b"taken"))
        wrong = self.going_wrong.pop(0) if self.going_wrong else None
        if not isinstance(wrong, Retryable):
            self.files[digest] = content
        if wrong is not None:
            raise wrong

    def submit(self, prepared):
        assert set(prepared.files) <= self.files.keys(), "the message came before its files"
        overheard(Said("POST /applications", prepared.body, 200, b"taken"))
        return super().submit(prepared)


@pytest.fixture
def opened(drive):
    """Return a function: a department -> a case with a lease, a card, and a promised permit."""

    def with_department(department):
        driver = drive(department)
        driver.office = replace(
            driver.office,
            city=replace(CITY, materials=replace(RULES, required=False)),
        )
        for key, upload in (("lease", LEASE), ("identity", CARD), ("identity", CARD)):
            bring(driver.office, FILING, key, upload)
        defer(driver.office, FILING, "permit")
        return driver, open_case(driver.office, Application(FORM, owner="alice", filing=FILING)).no

    return with_department


def test_each_file_goes_once_ahead_of_the_message_and_by_the_name_of_its_material(opened):
    department = Filing()
    driver, no = opened(department)
    driver.finish(no)
    assert department.files == {LEASE.digest: LEASE.content, CARD.digest: CARD.content}
    assert set(department.calls.values()) == {1}
    [body] = department.bodies.values()
    text = body.decode()
    assert text.count("房屋租赁合同") == 1
    assert text.count("身份证件") == 2
    assert "张三" not in text


@pytest.mark.parametrize("wrong", [Unknown("cut"), Silent("cut"), Retryable("away")])
def test_a_file_that_may_not_have_arrived_is_put_again_and_the_application_made_once(
    opened, wrong
):
    department = Filing(wrong)
    driver, no = opened(department)
    assert driver.finish(no).state == "completed"
    assert list(department.commits.values()) == [1]
    assert sorted(department.calls.values()) == [1, 2]
    after = [event.after for event in driver.case(no).events if event.kind == "step"]
    assert "unknown" not in after, "nothing was ever in doubt"


class AwayOnce:
    """The files of our own database, which is away the first time that is asked of it."""

    def __init__(self, materials, method):
        self.materials, self.away = materials, [method]

    def __getattr__(self, name):
        if name in self.away:
            self.away.remove(name)
            raise Unavailable("away")
        return getattr(self.materials, name)


@pytest.mark.parametrize("method", ["listed", "get"])
def test_an_outage_of_our_own_is_never_taken_for_a_defect_of_the_adapter(opened, method):
    department = Filing()
    driver, no = opened(department)
    driver.office = replace(driver.office, materials=AwayOnce(driver.office.materials, method))
    assert driver.finish(no).state == "completed"
    assert list(department.commits.values()) == [1]
    assert "manual" not in [each.after for each in driver.case(no).events]


def test_who_takes_no_files_after_all_is_a_matter_for_a_person(opened):
    department = Filing(Unprocessable("takes no files"))
    driver, no = opened(department)
    driver.turn()
    assert department.commits == {}
    assert not driver.case(no).ended


def test_the_owner_reads_which_files_a_department_was_given(opened):
    driver, no = opened(Filing())
    driver.finish(no)
    [sent] = [each for each in driver.office.cases.disclosures(no) if each.why == "send"]
    assert {"materials.identity", "materials.lease"} <= set(sent.what)
    assert "materials.permit" not in sent.what


def test_the_tracker_tells_that_a_file_was_put_and_not_what_it_holds(opened):
    driver, no = opened(Filing())
    driver.finish(no)
    sent = driver.office.cases.exchanges(no)[0]
    assert [message.line for message in sent.messages] == [
        "PUT /files", "PUT /files", "POST /applications",
    ]  # fmt: skip
    assert [message.asked for message in sent.messages][:2] == [{}, {}]
    assert sent.messages[2].asked != {}


def test_whoever_talks_longer_is_waited_for_longer(opened):
    driver, no = opened(Filing())
    [link] = driver.case(no).links
    files = tuple(one["digest"] for one in enclosed(driver.office, driver.case(no), link.name))
    plain, full = (Prepared("k", b"", Ref("k"), files=each) for each in ((), files))
    office = driver.office
    longest = office.longest_talk
    assert longest(link, full) > longest(link, plain) == longest(link)
