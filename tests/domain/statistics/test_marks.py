"""What is kept of a case that did not go through at once: kinds, places and codes, and nobody's words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.notices.notice import Item, Origin
from kaiban.domain.statistics.marks import Mark, MarkKind, marks_of, place_of
from tests.storage.samples import ID_NUMBER, MORNING, sample_case


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("", ""),
        ("/people/holders/0/cert/no", "/people/holders/*/cert/no"),
        ("/people/holders/12", "/people/holders/*"),
        ("/people/holders/-", "/people/holders/*"),
        ("/materials/lease", "/materials/lease"),
        ("/materials/王一的合同", "/materials"),
        (f"/people/holders/{ID_NUMBER}X/name", "/people/holders"),
        ("company.name", ""),
    ],
)
def test_a_place_has_no_row_and_nobody_in_it(pointer, place):
    assert place_of(pointer) == place


def asked(pointer, code="R03", link="registration", origin=Origin.DEPARTMENT, **more):
    return Item(pointer, code, "王一请改", link, origin=origin.value, **more)


def test_everything_a_case_was_sent_back_for_is_told_and_nothing_said_in_words():
    case, hour = sample_case(), timedelta(hours=1)
    case.ask([asked("/premises/detail"), asked("/people/holders/1/name", "王一")], MORNING)
    case.note(
        "corrected", MORNING + hour, "applicant", text="/people/holders/1/name、/premises/detail"
    )
    case.notices[0] = case.notices[0].answered(MORNING + hour)
    case.ask(
        [
            asked("", "material.unlisted", "tax", Origin.WINDOW, reason="属地要求"),
            asked("/premises/detail", "F1", "", Origin.FORM),
        ],
        MORNING + 2 * hour,
    )
    for key in ("k1", "k1", "k2"):
        case.note("sheet", MORNING + 3 * hour, "window:w1", link="tax", step="pre", code=key)
    assert case.notices[1].repeats
    found = marks_of(case)
    assert sorted(found) == sorted(
        [
            Mark(MarkKind.DEMAND, "registration", "/premises/detail", "R03"),
            Mark(MarkKind.DEMAND, "registration", "/people/holders/*/name", ""),
            Mark(MarkKind.DEMAND, "window", "", "material.unlisted"),
            Mark(MarkKind.DEMAND, "form", "/premises/detail", "F1"),
            Mark(MarkKind.SECOND_NOTICE),
            Mark(MarkKind.UNLISTED, "tax"),
            Mark(MarkKind.RETYPED, place="/people/holders/*/name"),
            Mark(MarkKind.RETYPED, place="/premises/detail"),
            Mark(MarkKind.RE_ENTERED, "tax"),
            Mark(MarkKind.RE_ENTERED, "tax"),
        ]
    )
    assert "王" not in repr(found)


def test_a_case_that_went_through_has_no_marks():
    assert marks_of(sample_case()) == ()
    told_first = sample_case()
    told_first.ask([asked("/premises/detail")], MORNING)
    told_first.notices[0] = replace(told_first.notices[0], repeats=False)
    assert [mark.kind for mark in marks_of(told_first)] == [MarkKind.DEMAND]
