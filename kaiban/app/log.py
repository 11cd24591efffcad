"""The log."""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO

import structlog


class PatientLogger(structlog.PrintLogger):
    """Writes lines as long as they can be written: what the log cannot take must not fail what it tells of."""

    def msg(self, message: str) -> None:
        """Write the line, or lose it while the log's disk is full."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = error = critical = fatal = exception = failure = msg


def _to(stream: TextIO) -> Any:
    return lambda *_: PatientLogger(stream)


def set_up_log(form: str) -> None:
    """Log to stderr: constant events with keys, one JSON object a line or coloured for people."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_to(sys.stderr),
    )
