"""waitress's own log, without what it quotes: addresses open filings, exceptions repeat what people typed."""

import logging
import sys

import structlog

from kaiban.processes.frames import frames

log = structlog.get_logger()


class QuietLog(logging.Handler):
    """Turns each record into a constant event: which line of which module spoke, and the kind of exception."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say that something was said, not what."""
        kind, _, trace = record.exc_info or sys.exc_info()
        log.log(
            record.levelno, "web_server", at=f"{record.module}:{record.funcName}",
            error=kind.__name__ if kind else "",
            where=frames(trace),
        )  # fmt: skip


def quieten() -> None:
    """Let waitress speak through us alone."""
    ours = logging.getLogger("waitress")
    ours.handlers, ours.propagate = [QuietLog()], False
    # It warns of every request that finds all threads busy.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
