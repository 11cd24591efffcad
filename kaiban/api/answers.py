"""How views answer."""

import json
from typing import Any

from flask import Response


def as_json(value: Any) -> Response:
    """An answer in JSON, Chinese as it is written."""
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, content_type="application/json; charset=utf-8")
