"""Audit bundles: what was done to one shows, up to its last anchor, to whoever has the authority's certificate alone."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
from cryptography.x509 import load_pem_x509_certificates

from kaiban.documents.audit_bundle import INDEX, NOBODY, RECORDS, check, is_audit_bundle, write
from kaiban.documents.package.stand_alone import Wrong
from kaiban.documents.signing.time_stamp_client import ask
from kaiban.domain.audit.chain import START, Head, Record, line_of, linked, statement
from tests import timestamp_authority

CITY = "示范市"
DAYS = {"2026-03-02": 3, "2026-03-03": 2, "2026-03-05": 4}


def chain():
    before = START
    for day, count in DAYS.items():
        for seq in range(1, count + 1):
            line = line_of({"kind": "act", "what": "signed_in", "account": f"ck{day[-1]}{seq}"})
            before = linked(before, day, seq, line)
            yield Record(day, seq, line, before)


RECORDS_OF_ALL = list(chain())
BEFORE = {each.day: each.hash for each in RECORDS_OF_ALL}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    with timestamp_authority.authority(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture(scope="module")
def trusted(authority):
    return load_pem_x509_certificates(authority.certificate)


@pytest.fixture(scope="module")
def anchors(authority):
    """One at the end of the first day, and one at the last but one record."""
    heads = [
        Head(each.day, each.seq, each.hash) for each in (RECORDS_OF_ALL[2], RECORDS_OF_ALL[-2])
    ]
    return [(head, ask(authority.address, statement(CITY, head))) for head in heads]


def bundle(path, anchors, records=RECORDS_OF_ALL, **index):
    told = {"city": CITY, "first": "", "last": "", "before": START, **index}
    write(path, told, records, anchors)
    return path


def touched(path, change):
    """The same bundle after something was done to its files."""
    with zipfile.ZipFile(path) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    files = change(files) or files
    out = path.with_name("touched.zip")
    with zipfile.ZipFile(out, "w") as whole:
        for name, content in files.items():
            whole.writestr(name, content)
    return out


def lines(change):
    """Something done to the lines of the records."""

    def on(files):
        found = files[RECORDS].decode().splitlines(keepends=True)
        change(found)
        files[RECORDS] = "".join(found).encode()

    return on


def rewritten(files):
    """All records made anew as somebody who may write everything can: whole in themselves."""
    before, made = START, []
    for each in map(json.loads, files[RECORDS].decode().splitlines()):
        line = each["line"].replace("ck22", "ck99")
        before = linked(before, each["day"], each["seq"], line)
        made.append(json.dumps({**each, "line": line, "hash": before}) + "\n")
    files[RECORDS] = "".join(made).encode()


def without_anchors(files):
    return {name: each for name, each in files.items() if not name.startswith("anchors/")}


def index(**more):
    def on(files):
        files[INDEX] = json.dumps({**json.loads(files[INDEX]), **more}).encode()

    return on


def anchor(change):
    def on(files):
        name = max(each for each in files if each.startswith("anchors/"))
        files[name] = json.dumps(change(json.loads(files[name]))).encode()

    return on


def edit(found):
    found[4] = found[4].replace("signed_in", "signed_up")


def swap(found):
    found[3], found[4] = found[4], found[3]


TOUCHED = {
    "a record edited": lines(edit),
    "a record taken out": lines(lambda found: found.pop(4)),
    "two records swapped": lines(swap),
    "a record put in": lines(lambda found: found.insert(4, found[3])),
    "the beginning cut off": lines(lambda found: found.__delitem__(slice(0, 3))),
    "the end cut off": lines(lambda found: found.__delitem__(slice(-2, None))),
    "all made anew": rewritten,
    "the anchors taken out": without_anchors,
    "another beginning": index(before="0" * 63 + "1"),
    "another city": index(city="别的市"),
    "another number of records": index(records=8),
    "an anchor moved": anchor(lambda told: {**told, "seq": told["seq"] - 1}),
    "an anchor of another hash": anchor(lambda told: {**told, "hash": "1" * 64}),
    "an anchor without its stamp": anchor(lambda told: {**told, "token": "AA=="}),
}  # fmt: skip


def test_a_whole_bundle_says_up_to_where_somebody_else_vouches_for_it(tmp_path, anchors, trusted):
    path = bundle(tmp_path / "audit.zip", anchors)
    assert is_audit_bundle(path)
    vouched = check(path, trusted)
    assert vouched.found.problems == ()
    assert (vouched.found.records, vouched.found.uncovered) == (9, 1)
    assert vouched.newest == anchors[-1][0]
    assert vouched.stamped_at > datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", TOUCHED)
def test_whatever_was_done_to_it_shows(tmp_path, anchors, trusted, name):
    path = touched(bundle(tmp_path / "audit.zip", anchors), TOUCHED[name])
    assert check(path, trusted).found.problems


def test_what_comes_after_the_last_anchor_nobody_vouches_for(tmp_path, anchors, trusted):
    """A limit that is told, not hidden: the last record can be cut off, and was said not to be covered."""
    path = touched(bundle(tmp_path / "audit.zip", anchors), lines(lambda found: found.pop()))
    vouched = check(touched(path, index(records=8)), trusted)
    assert (vouched.found.problems, vouched.found.uncovered) == ((), 0)


def test_some_days_stand_on_the_hash_before_them(tmp_path, anchors, trusted):
    some = [each for each in RECORDS_OF_ALL if each.day > "2026-03-02"]
    path = bundle(tmp_path / "some.zip", anchors, some, first="2026-03-03", before=BEFORE["2026-03-02"])  # fmt: skip
    vouched = check(path, trusted)
    assert (vouched.found.problems, vouched.found.records) == ((), 6)
    with zipfile.ZipFile(path) as whole:
        kept = [name for name in whole.namelist() if name.startswith("anchors/")]
    assert kept == ["anchors/2026-03-05-000000003.anchor.json"]
    assert check(touched(path, index(before=START)), trusted).found.problems


def test_days_without_an_anchor_are_vouched_for_by_nobody(tmp_path, trusted):
    assert check(bundle(tmp_path / "bare.zip", []), trusted).found.problems == (NOBODY,)


def test_an_authority_that_is_not_trusted_vouches_for_nothing(tmp_path, anchors):
    vouched = check(bundle(tmp_path / "audit.zip", anchors), [])
    assert (len(vouched.found.problems), vouched.newest) == (2, None)


def test_the_same_records_are_the_same_bytes(tmp_path, anchors):
    one, two = (bundle(tmp_path / name, anchors).read_bytes() for name in ("one.zip", "two.zip"))
    assert one == two


@pytest.mark.parametrize(
    "change",
    [
        lambda files: {INDEX: b"{}"}, lambda files: {**files, INDEX: b"[]"}, lambda files: {**files, RECORDS: b"no JSON\n"},
        lambda files: {**files, RECORDS: b"{}\n"}, lambda files: {**files, RECORDS: b'"' + b"x" * 300_000},
        lambda files: {**files, INDEX: b" " * 300_000}, index(format="kaiban-audit/2"), anchor(lambda told: {}),
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_said_to_be_none(tmp_path, anchors, trusted, change):
    path = touched(bundle(tmp_path / "audit.zip", anchors), change)
    with pytest.raises(Wrong):
        check(path, trusted)
    (tmp_path / "text").write_text("text")
    assert not is_audit_bundle(tmp_path / "text")
