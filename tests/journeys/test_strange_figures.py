"""A figure no department can write is a defect of its field, with the real adapters behind the API."""

import pytest

from forms.jsontext import write


@pytest.mark.parametrize("path", ["/form/check", "/cases"])
def test_a_share_far_over_the_whole_is_told_at_its_field_and_fails_nothing(city, path):
    form = city.form()
    form["people"]["beneficial_owners"][0]["share_pct"] = 12345.67
    answer = city.call(
        "POST", path, data=write(form),
        headers={"Content-Type": "application/json", "Idempotency-Key": "a share"},
    )  # fmt: skip
    assert answer.status_code in {200, 422}
    told = {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert told == {("/people/beneficial_owners/0/share_pct", "percent.range")}
