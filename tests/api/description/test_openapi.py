"""The description says everything the API answers, and nothing else than it does."""

import json
import re

import jsonschema_rs
import pytest

from forms.jsontext import write
from forms.sample import handmade, names, sample
from kaiban.api.app import routes_of
from kaiban.api.routes import SCOPES
from kaiban.api.schemas.base import writer
from kaiban.api.schemas.cases import NationalCode
from tests.api.declared import Declared


@pytest.fixture
def told(served):
    return served.client.get("/api/v1/openapi.json").get_json()


def operations(told):
    return [
        (path, method, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_answer_of_every_operation_has_a_schema_and_every_operation_says_who_may(told):
    policies = {
        route.endpoint: route.policy for routes in routes_of().values() for route in routes
    }
    for path, _, operation in operations(told):
        assert operation["summary"]
        assert operation["description"]
        scope = policies.get(operation["operationId"])
        assert operation.get("x-scope", "") == (scope if scope in SCOPES else "")
        assert operation["security"] == ([{"token": []}] if scope in SCOPES else []), path
        for status, answer in operation["responses"].items():
            if status == "304":
                continue
            [content] = answer["content"].values()
            assert content["schema"], (path, status)
        assert {"400", "500", "503"} <= operation["responses"].keys()


def test_every_parameter_is_described(told):
    for path, _, operation in operations(told):
        names = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert names == set(re.findall(r"{(\w+)}", path))
        for each in operation["parameters"]:
            assert each["description"], (path, each["name"])
            assert each["schema"]["type"]


def test_it_is_json_schema_all_through_and_every_form_of_ours_fits_the_application(told):
    schemas = told["components"]["schemas"]
    for schema in schemas.values():
        jsonschema_rs.meta.validate(schema)
    whole = {"$ref": "#/components/schemas/Application", "components": told["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole)
    for form in (sample(), *map(handmade, names())):
        filled = {**json.loads(write(form)), "links": ["registration"], "confirm": ["x"]}
        assert [each.message for each in validator.iter_errors(filled)] == []
    example = told["paths"]["/api/v1/cases"]["post"]["requestBody"]["content"]["application/json"]
    assert [*validator.iter_errors(example["examples"]["sample"]["value"])] == []
    assert [*validator.iter_errors({"company": {"colour": "red"}})]


def test_a_file_in_base64_is_described_in_the_words_of_this_version_and_of_the_one_before(told):
    for name in ("SentFile", "EnteredDocument"):
        content = told["components"]["schemas"][name]["properties"]["content"]
        assert (content["contentEncoding"], content["format"]) == ("base64", "byte")


def test_the_words_of_the_form_that_are_ours_are_marked(told):
    ours = {"width", "unit", "sensitive", "typed", "when", "usual", "codeList", "help", "oneOf"}
    for name, schema in told["components"]["schemas"].items():
        for question in schema.get("properties", {}).values():
            assert not ours & question.keys(), name
    kinds = told["components"]["schemas"]["FormCompany"]["properties"]["entity_type"]
    assert "1151" in kinds["enum"]
    assert kinds["x-titles"]["1151"] == "有限责任公司（自然人独资）"


def test_an_answer_that_says_less_than_it_was_told_to_is_an_error_here():
    with pytest.raises(ValueError, match="colour"):
        writer(NationalCode).dump({"code": 1, "title": "x", "colour": "red"})


@pytest.mark.parametrize(
    ("status", "media_type", "body", "headers"),
    [
        (418, "application/json", "{}", ()), (200, "text/html", "{}", ()),
        (200, "application/json", "{}", ()),
        (200, "application/json", '{"status": "ok", "more": 1}', ()),
        (200, "application/json", '{"status": 1}', ()),
        (200, "application/json", '{"status": "ok"}', ("Location",)),
    ],
)  # fmt: skip
def test_whoever_compares_answers_finds_what_is_not_declared(
    told, status, media_type, body, headers
):
    declared = Declared(told)
    assert declared.undeclared("GET", "/livez", status, media_type, body, headers)
    assert not declared.undeclared("GET", "/livez", 200, "application/json", '{"status": "ok"}')
