"""Whether an answer is one that the description declares: its status, its media type, its body, its headers."""

import functools
import json
import re

import jsonschema_rs

from kaiban.api.schemas.base import Answer

#: What an answer leaves out because its schema lacks it is an error wherever answers are compared.
Answer.complete = True


@functools.cache
def declared(description):
    """The answers this description (a text) declares; working them out takes longer than most tests."""
    return Declared(json.loads(description))


class Declared:
    """The answers a description declares."""

    def __init__(self, description):
        self.description = description
        self.paths = [(_pattern(path), path) for path in description["paths"]]
        self.paths.sort(key=lambda each: each[1].count("{"))

    def undeclared(self, method, path, status, content_type, body, headers=()):
        """What of it is not declared, in a sentence; "" if nothing. A path or method that is not described has no answers but problems."""
        operation = self._operation(method, path)
        media_type = content_type.partition(";")[0]
        if operation is None:
            right = status in {404, 405} and media_type == "application/problem+json"
            return "" if right else f"{method} {path} is not described, and answered {status}"
        answer = operation["responses"].get(str(status))
        if answer is None:
            return f"{operation['operationId']}: {status} is not declared"
        return self._wrong(operation["operationId"], answer, status, media_type, body, headers)

    def _wrong(self, name, answer, status, media_type, body, headers):
        content = answer.get("content", {})
        if not content:
            return "" if not body else f"{name}: {status} has a body"
        if media_type not in content:
            return f"{name}: {status} is {media_type}, declared are {list(content)}"
        unknown = {
            "location",
            "etag",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "idempotency-replayed",
        } & {each.lower() for each in headers}
        if more := unknown - {each.lower() for each in answer["headers"]}:
            return f"{name}: {status} has undeclared headers {more}"
        if not media_type.endswith("json"):
            return ""
        errors = self._validator(json.dumps(content[media_type]["schema"])).iter_errors(
            json.loads(body)
        )
        return "; ".join(
            f"{name}: {status}: {each.instance_path} {each.message}" for each in errors
        )

    def _operation(self, method, path):
        for pattern, name in self.paths:
            if pattern.fullmatch(path) and method.lower() in self.description["paths"][name]:
                return self.description["paths"][name][method.lower()]
        return None

    @functools.cache  # noqa: B019 - the description lives as long as the tests
    def _validator(self, schema):
        whole = {**json.loads(schema), "components": _closed(self.description["components"])}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _closed(components):
    """The components as answers have to keep them: nothing in them that is not declared."""
    schemas = {
        name: {**each, "additionalProperties": False}
        if each.get("type") == "object" and "additionalProperties" not in each
        else each
        for name, each in components["schemas"].items()
    }
    return {"schemas": schemas}


def _pattern(path):
    names = re.sub(r"\\\{rest\\\}", ".+", re.escape(path))
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", names))
