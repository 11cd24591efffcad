"""What tests of the pages after submission do again and again."""

from tests.web.filling import fill_in

LINKS = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")


def submit(visitor, form, *without, but=()):
    """Hand the form in without these links, not filling in the pages named; at the receipt afterwards."""
    leave_out(visitor, *without)
    fill_in(visitor, form, *but)
    visitor.go("check")
    visitor.press("提交申请")
    assert visitor.heading == "受理回执", visitor.mistakes or visitor.text
    return visitor


def leave_out(visitor, *without):
    """Choose every link but these."""
    if without:
        visitor.go("links")
        visitor.press("保存", links=[name for name in LINKS if name not in without])


def case_of(visitor, city):
    return city.kaiban.cases.read(city.kaiban.filings.get(visitor.filing_id).case_no)


def finish(visitor, city):
    """Let time pass until the case has ended, over nights and days off."""
    wait_until(visitor, city, lambda case: case.ended)


def wait_until(visitor, city, so):
    for _ in range(400):
        if so(case_of(visitor, city)):
            return
        city.pass_time(minutes=30)
    raise AssertionError("it never came to that")
