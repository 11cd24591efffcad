"""Who may do what, and where."""

from itertools import product

import pytest

from kaiban.domain.roles import (
    MANAGED,
    PERMISSIONS,
    ROLE_TITLES,
    Act,
    Position,
    Reach,
    Role,
)

OWN, OTHER = "main", "north"


def position(role, login="w1", hall=OWN):
    return Position(login, role, hall)


def test_every_role_has_a_title_and_a_line_in_the_table():
    assert set(PERMISSIONS) == set(ROLE_TITLES) == set(Role)


#: Role: what it may do in its own hall, and what in another.
EXPECTED = {
    Role.WINDOW: (
        "see_cases unmask enter_results notify resend approve hand_out call file take tend_obligations answer_complaints cross_region appeal_cards",
        "",
    ),
    Role.HALL_MANAGER: (
        "see_cases unmask enter_results notify resend approve hand_out call file take assign tend_obligations answer_complaints close_complaints manage_accounts cross_region appeal_cards see_figures see_problems case_file",
        "",
    ),
    Role.SUPERVISOR: (
        "see_cases unmask answer_complaints close_complaints decide_cards see_figures see_problems case_file",
    )
    * 2,
    Role.AUDITOR: ("see_cases see_figures see_problems", "see_cases see_figures see_problems"),
    Role.OPERATOR: ("manage_accounts see_problems", "manage_accounts see_problems"),
    Role.EMERGENCY: ("see_cases manage_accounts", "see_cases manage_accounts"),
}


@pytest.mark.parametrize("role", Role)
def test_what_is_allowed_in_the_own_hall_and_in_another(role):
    allowed = [
        {act.value for act in Act if position(role).may(act, hall)} for hall in (OWN, OTHER)
    ]
    assert allowed == [set(each.split()) for each in EXPECTED[role]]


def test_only_who_sees_the_whole_city_sees_every_hall():
    seen = {role: position(role).within(Act.SEE_CASES) for role in (Role.WINDOW, Role.SUPERVISOR)}
    assert seen == {Role.WINDOW: OWN, Role.SUPERVISOR: ""}


@pytest.mark.parametrize(("role", "other"), list(product(Role, Role)))
def test_accounts_are_managed_from_above_never_ones_own(role, other):
    me, them = position(role, "boss"), position(other, "w2")
    assert me.may_manage(them) is (other in MANAGED.get(role, ()))
    assert not me.may_manage(position(other, "boss"))


def test_a_hall_manager_has_no_say_in_another_hall():
    manager = position(Role.HALL_MANAGER, "boss")
    assert manager.may_manage(position(Role.WINDOW, "w2", OWN))
    assert not manager.may_manage(position(Role.WINDOW, "w2", OTHER))


def test_nobody_makes_an_emergency_account_and_whoever_manages_may():
    assert all(Role.EMERGENCY not in managed for managed in MANAGED.values())
    assert set(MANAGED) == {r for r in Role if Act.MANAGE_ACCOUNTS in PERMISSIONS[r]}


def test_nobody_approves_themselves():
    assert position(Role.WINDOW, "w2").may_approve("w1", OWN)
    assert not position(Role.WINDOW, "w1").may_approve("w1", OWN)
    assert not position(Role.WINDOW, "w2").may_approve("w1", OTHER)
    assert not position(Role.SUPERVISOR, "s").may_approve("w1", OWN)


def test_nobody_a_complaint_may_be_about_closes_it_alone():
    assert position(Role.WINDOW, "w2").may_close({"w1"}, OWN)
    assert not position(Role.WINDOW, "w2").may_close({"w1"}, OTHER)
    assert not position(Role.WINDOW, "w1").may_close({"w1"}, OWN)
    assert not position(Role.HALL_MANAGER, "w1").may_close({"w1"}, OWN)
    assert position(Role.SUPERVISOR, "s").may_close({"w1"}, OTHER)
    assert not position(Role.AUDITOR, "a").may_close((), OWN)


def test_the_reach_of_every_permission_is_said():
    assert {reach for each in PERMISSIONS.values() for reach in each.values()} == set(Reach)
