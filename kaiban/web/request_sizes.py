"""How large a request may be: a page's, and one that brings files."""

from typing import Final

from flask import request

from kaiban.domain.papers.material import UploadLimits
from kaiban.web.materials.files import at_once

#: Larger than any page by far: the longest list of people is half of it.
MAX_BODY: Final = 12 * 1024 * 1024
MAX_TEXT: Final = 2 * 1024 * 1024
MAX_CONTROLS: Final = 20_000
#: So much of a request that is too large is read and dropped, so that its sender hears why.
MOST_DRAINED: Final = 128 * 1024 * 1024

#: Where files come in: these may be larger than a page.
WITH_FILES: Final = frozenset(
    {
        "materials.change",
        "desk_materials.change",
        "bringing.change",
        "supplying.bring",
        "department.enter_result",
        "handing_over.hand_over",
        "case_obligations.take_in",
        "verifying.check",
    }
)


def most_taken(limits: UploadLimits) -> int:
    """The most bytes any page takes in one request; more is refused without being kept."""
    return max(MAX_BODY, limits.at_once_mb * 1024 * 1024 + MAX_TEXT)


def allow_files() -> None:
    """Let the request be as large as files are, where its page takes some."""
    if request.method == "POST" and takes_files():
        # Files wait on disk, not in memory, until they are looked at one by one.
        request.max_content_length = at_once() * 1024 * 1024 + MAX_TEXT


def takes_files() -> bool:
    """Whether the page the request is for takes files."""
    return request.endpoint in WITH_FILES
