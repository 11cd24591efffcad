"""Who is there, for whom, by what and how well known: kept apart, and refused where they do not go together."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from kaiban.domain.assisted import (
    ACTORS,
    AUTHORITIES,
    IDENTITIES,
    WAYS,
    Actor,
    AssistedFiling,
    Authority,
    Confirmation,
    Copied,
    FiledBy,
    Filer,
    Identity,
    Way,
    check,
    read_number,
)

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
THEMSELVES = Filer(Actor.APPLICANT, "张三", "990102199001011234", identity=Identity.ORIGINAL)
AGENT = replace(
    THEMSELVES, actor=Actor.AGENT, represents="李四", authority=Authority.POWER_OF_ATTORNEY
)
CALLER = Filer(Actor.TELEPHONE, "王五")


def places(filer):
    return {each.pointer for each in check(filer)}


@pytest.mark.parametrize(
    "filer",
    [
        THEMSELVES,
        replace(THEMSELVES, identity=Identity.NONE, cert_no=""),
        replace(THEMSELVES, identity=Identity.REAL_NAME, proof="SM-1"),
        AGENT,
        replace(AGENT, authority_no="委 1"),
        CALLER,
        replace(CALLER, represents="李四"),
        replace(CALLER, represents="李四", authority=Authority.LETTER, authority_no="1"),
    ],
)
def test_what_goes_together_is_taken(filer):
    assert check(filer) == []


@pytest.mark.parametrize(
    ("filer", "place"),
    [
        (replace(THEMSELVES, name=""), "/name"),
        (replace(THEMSELVES, represents="李四"), "/represents"),
        (replace(THEMSELVES, authority=Authority.LETTER), "/authority"),
        (replace(THEMSELVES, authority_no="1"), "/authority_no"),
        (replace(THEMSELVES, cert_no=""), "/cert_no"),
        (replace(THEMSELVES, proof="SM-1"), "/proof"),
        (replace(THEMSELVES, identity=Identity.REAL_NAME), "/proof"),
        (replace(THEMSELVES, name="张" * 61), "/name"),
        (replace(AGENT, represents=""), "/represents"),
        (replace(AGENT, authority=Authority.NONE), "/authority"),
        (replace(CALLER, identity=Identity.ORIGINAL, cert_no="1"), "/identity"),
        (replace(CALLER, authority=Authority.LETTER), "/authority"),
    ],
)
def test_what_does_not_go_together_is_said_at_its_place(filer, place):
    assert places(filer) == {place}


def test_everything_that_is_wrong_is_said_at_once_and_once_a_place():
    found = check(Filer(Actor.AGENT, identity=Identity.REAL_NAME))
    assert [each.pointer for each in found] == [
        "/name", "/represents", "/authority", "/cert_no", "/proof",
    ]  # fmt: skip


def test_every_value_has_words():
    assert (set(ACTORS), set(AUTHORITIES)) == (set(Actor), set(Authority))
    assert (set(IDENTITIES), set(WAYS)) == (set(Identity), set(Way))


def test_each_thing_stands_in_a_line_of_its_own():
    rows = dict(replace(AGENT, authority_no="委 1").rows)
    assert rows["谁来办理"] == "代理人到场代办"
    assert (rows["替谁办理"], rows["授权文件"], rows["文件编号"]) == ("李四", "授权委托书", "委 1")
    assert rows["身份核验"] == "工作人员核对过证件原件"
    assert AGENT.cert_no not in str(rows)
    assert "授权文件" not in dict(THEMSELVES.rows)


def test_the_record_names_nobody_but_staff():
    by = FiledBy("412073", AGENT, ("ck1", "ck2"), Way.PAPER, 9, (Copied("KB1", ("people",)),))
    assert by.facts["staff"] == "ck1 ck2"
    assert by.facts["copied"] == "KB1"
    told = [getattr(AGENT, each.name) for each in fields(Filer)]
    assert not {each for each in told if each in ("张三", "李四", AGENT.cert_no)} & set(
        by.facts.values()
    )


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("412 073", "412073"),
        ("412-073", "412073"),
        ("41207", ""),
        ("4120734", ""),
        ("41207x", ""),
        ("４１２０７３", ""),
    ],
)
def test_a_number_is_read_as_it_is_told(typed, read):
    assert read_number(typed) == read


def test_it_is_confirmed_in_one_version_alone():
    found = AssistedFiling("412073", "a" * 22, "main", THEMSELVES, NOW, ("ck1",), "ck1")
    confirmed = replace(found, confirmation=Confirmation(3, Way.PAPER, NOW, "ck1"))
    assert [confirmed.is_confirmed(version) for version in (2, 3, 4)] == [False, True, False]
    assert not found.is_confirmed(0)


def test_whoever_had_it_in_hand_is_known_in_order_and_once():
    found = AssistedFiling("412073", "a" * 22, "main", THEMSELVES, NOW, ("ck1",), "ck1")
    parked = found.taken_by("ck2").taken_by("ck1").parked_by("ck3", NOW)
    assert parked.staff == ("ck1", "ck2", "ck3")
    assert (parked.held_by, parked.parked_at) == ("ck3", NOW)
    assert parked.taken_by("ck1").parked_at is None
