"""The description of the form for programs."""

import json

import jsonschema_rs
import pytest

from forms import sample
from forms.jsontext import write
from forms.opening import check
from forms.structure.schema import describe


@pytest.fixture(scope="module")
def described():
    return describe()


def test_it_is_a_valid_json_schema_and_fits_every_sample(described):
    jsonschema_rs.meta.validate(described)
    validator = jsonschema_rs.Draft202012Validator(described)
    for form in (sample.sample(), *map(sample.handmade, sample.names())):
        assert list(validator.iter_errors(json.loads(write(form)))) == []


def test_it_fits_what_the_check_returns(described, today):
    form = json.loads(write(check(sample.sample(), today=today).form))
    assert list(jsonschema_rs.Draft202012Validator(described).iter_errors(form)) == []


def test_it_tells_words_limits_and_choices(described):
    company = described["properties"]["company"]
    assert company["title"] == "企业信息"
    kind = company["properties"]["entity_type"]
    assert {"const": "1151", "title": "有限责任公司（自然人独资）"} in kind["oneOf"]
    assert kind["codeList"]["version"]
    name = company["properties"]["name"]["properties"]
    assert (name["trade_name"]["minLength"], name["trade_name"]["maxLength"]) == (2, 30)
    assert name["full"]["readOnly"] is True
    holders = described["properties"]["people"]["properties"]["holders"]
    assert holders["maxItems"] == 50
    assert holders["items"]["properties"]["cert"]["properties"]["no"]["sensitive"] is True
    assert "holders" in described["properties"]["people"]["required"]
    assert json.dumps(described)
