"""What a stranger is told of a package."""

from dataclasses import replace

import pytest

from kaiban.domain.cases.states import CaseState
from kaiban.domain.papers.verification import IssuedPackage, Standing, masked_name, plain_code
from tests.documents.samples import NOW

WHOLE = IssuedPackage(
    "KB1", 2, 2, CaseState.COMPLETED, NOW, "B-B",
    {"complete": True, "documents": [{"title": "营业执照", "sha256": "d" * 64}]},
    "a" * 64, "b" * 64, "c" * 64,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({}, Standing.VALID),
        ({"summary": {"complete": False}}, Standing.PARTLY),
        ({"latest": 3}, Standing.REPLACED),
        ({"latest": 3, "state": CaseState.WITHDRAWN}, Standing.REPLACED),
        ({"state": CaseState.WITHDRAWN}, Standing.WITHDRAWN),
        ({"state": CaseState.REFUSED}, Standing.REFUSED),
        ({"state": CaseState.IN_PROGRESS}, Standing.VALID),
    ],
)
def test_how_it_stands(change, standing):
    assert replace(WHOLE, **change).standing is standing


def test_each_of_its_files_is_known_by_its_hash():
    found = [WHOLE.file_of(each * 64) for each in "abcde"]
    assert found == ["pdf", "zip", "json", "营业执照", None]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("示范市青禾云软件有限公司", "示范******有限公司"),
        ("91990100MA41000025", "91************0025"),
        ("青禾云公司店", "青*****"),
        ("青", "青"),
        ("", ""),
    ],
)
def test_a_name_is_shown_in_part(name, shown):
    assert masked_name(name) == shown


@pytest.mark.parametrize("typed", ["ABCD2345EFGH", "abcd 2345 efgh", "ＡＢＣＤ-２３４５-ＥＦＧＨ", " ABCD2345EFGH\n"])  # fmt: skip
def test_a_code_is_the_same_however_it_is_typed(typed):
    assert plain_code(typed) == "ABCD2345EFGH"
