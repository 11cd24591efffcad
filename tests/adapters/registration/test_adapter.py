import base64
import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response, request
from tests.adapters.registration.good import named, needs
from werkzeug.serving import make_server

from adapters.hall import Hall, RealClock
from adapters.registration import RegistrationAdapter
from adapters.registration.stub_crypto import new_keys, signed_with, signing_text, target_of
from kaiban.ports import (
    Cancelled,
    Done,
    Forged,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    Retryable,
    Unknown,
)
from tests.contracts.department import CASE, DepartmentContract


class TestRegistration(DepartmentContract):
    adapter_class = RegistrationAdapter
    operations = {"main": "establish"}  # noqa: RUF012 - a table

    def needs(self, step):
        return needs()

    def rare(self, given):
        return None
