"""The peers' web process: ``POST /api/v1/cases`` keeps the form and promises its first step."""

import importlib
import os
import uuid
from typing import Any

from flask import Flask, jsonify, request

app = Flask(__name__)
_peer = importlib.import_module(f"tests.bench.peers.engines.{os.environ['PEERS_ENGINE']}")


@app.get("/readyz")
def ready() -> Any:
    """Whether it answers."""
    return jsonify(ok=True)


@app.post("/api/v1/cases")
def hand_in() -> Any:
    """Keep a case."""
    case = uuid.uuid4().hex
    _peer.submit(case, request.get_json())
    return jsonify(case_no=case), 201
