def test_an_early_withdrawal_cancels_everything_at_the_departments(city):
    no = city.submit(city.form())
    city.until(no, lambda case: case.link("social_insurance").step("pre").state == "done")
    assert city.ask("POST", f"/cases/{no}/withdraw")["withdrawing"]
    case = city.follow(no)
    assert case["status"] == "withdrawn"
    assert set(city.states(no).values()) == {"cancelled"}
    assert city.events(no, "irrevocable") == []
    city.pass_time(hours=3)
    granted = {(c.department, c.step) for c in city.hall.commits()}
    assert granted <= {("social_insurance", "pre"), ("housing_fund", "pre")}


def test_a_late_withdrawal_says_what_cannot_be_undone(city):
    no = city.submit(city.form())
    city.until(no, lambda case: case.link("seal").state in {"submitted", "in_review"})
    assert city.ask("POST", f"/cases/{no}/withdraw")["withdrawing"]
    case = city.follow(no)
    assert case["status"] == "withdrawn"
    stays = {event["link"]: event["text"] for event in city.events(no, "irrevocable")}
    assert "不能撤销" in stays["registration"]
    states = city.states(no)
    assert {name for name, state in states.items() if state == "done"} == set(stays)
    assert set(states.values()) <= {"done", "cancelled"}


def test_what_has_ended_cannot_be_withdrawn(city):
    no = city.submit(city.form(), "registration")
    city.follow(no)
    answer = city.call("POST", f"/cases/{no}/withdraw")
    assert answer.status_code == 409


def test_a_link_withdrawn_half_done_says_what_remains_at_the_department(city):
    no = city.submit(city.form())
    city.until(no, lambda case: case.link("housing_fund").step("pre").state == "done")
    city.ask("POST", f"/cases/{no}/withdraw")
    city.follow(no)
    fund = city.link(no, "housing_fund")
    assert [step["status"] for step in fund["steps"]] == ["done", "cancelled"]
    assert (fund["status"], fund["status_title"]) == ("cancelled", "部分已办，其余停办")
    assert "“预登记”已在" in fund["reason"]
