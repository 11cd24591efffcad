"""Files that come with a page and go back to their owner."""

from collections.abc import Callable, Hashable
from typing import Final
from urllib.parse import quote

from flask import Response, abort, render_template, request
from werkzeug.datastructures import FileStorage

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import MOST_FILES, Upload, Wanted
from kaiban.orchestrator.applicant.quotas import Exceeded
from kaiban.processes.pool import PoolFull
from kaiban.web.access.doors import asker
from kaiban.web.access.kiosk_device import is_kiosk
from kaiban.web.presentation.texts import headed, say
from kaiban.web.responses.later import busy, too_often
from kaiban.web.responses.way_back import came_from
from kaiban.web.routes import the_filing
from kaiban.web.service import office, service

PDF: Final = "application/pdf"
#: Control under which files come: chosen, or just photographed.
CONTROL: Final = "file"
#: What a browser may do with a file: draw it. The viewer of PDFs is a plug-in that styles itself.
SECURITY: Final = (
    "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
BUSY: Final = (
    "现在处理文件的人较多，这次选择的文件没有收下。请稍等十几秒，重新选择文件后再上传；"
    "之前上传的文件和填过的内容都还在。"
)
TOO_MUCH: Final = {
    Exceeded.TIMES: (
        "一小时内上传的次数太多，这次选择的文件没有收下。请一小时后再上传，或者到窗口办理；"
        "之前上传的文件和填过的内容都还在。"
    ),
    Exceeded.BYTES: (
        "一小时内上传的文件加起来太大，这次选择的文件没有收下。请一小时后再上传，上传前先降低扫描分辨率，"
        "或者到窗口办理；之前上传的文件和填过的内容都还在。"
    ),
}
_CHUNK: Final = 64 * 1024
_ENDINGS: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}


def at_once() -> int:
    """The most megabytes one request with files may have."""
    return office().city.materials.limits.at_once_mb


def taken_in(name: str, by: str = "") -> tuple[list[Upload], list[str]]:
    """The request's files as they are kept, and what is wrong with the others; ``name`` is the material's.

    ``by`` is the account of staff that brings them; without it they are the filing's. Raises TryLater, and then none
    is taken in.
    """
    sent = [each for each in request.files.getlist(CONTROL) if each.filename]
    if not sent:
        return [], [say("请先选择“%(name)s”的文件，再点“上传”。", name=say(name))]
    if len(sent) > MOST_FILES:
        return [], [say("一次最多上传 %(most)s 个文件，请分几次上传。", most=MOST_FILES)]
    count_upload(by)
    try:
        found = [(each, _accepted(each)) for each in sent]
    except PoolFull as error:
        raise busy(BUSY) from error
    uploads = [each for _, each in found if isinstance(each, Upload)]
    wrong = [
        headed(_called(file), say(each.message))
        for file, each in found if isinstance(each, Defect)
    ]  # fmt: skip
    return uploads, wrong


def count_upload(by: str = "") -> None:
    """Count the request among those that send files; raises TryLater if they are too many, or too much together."""
    size = request.content_length or 0
    if exceeded := service().quotas.upload(by or the_filing().id, asker(), size):
        raise too_often(TOO_MUCH[exceeded])


def _accepted(file: FileStorage) -> Upload | Defect:
    # One byte more than may be kept is enough to see that it is too large.
    limits = office().city.materials.limits
    content = file.stream.read(limits.file_bytes + 1)
    return service().paperwork.take_in(content, file.filename or "", limits)


def _called(file: FileStorage) -> str:
    """What the file is called, as far as it can be said in a sentence."""
    plain = "".join(each for each in file.filename or "" if each.isprintable())
    return f"“{plain[:60]}”"


def shown(content: bytes, media_type: str, name: str) -> Response | str:
    """A file to be looked at, kept nowhere; saved, it has that name.

    A machine of the hall shows it as pictures on a page of ours: a browser's viewer would never forget it, and
    no file must be left there.
    """
    if not is_kiosk():
        return _inline(content, media_type, name)
    if "page" in request.args:
        return _picture(content, media_type, request.args.get("page", 0, int))
    count = service().paperwork.page_count(content) if media_type == PDF else 1
    title = name.removesuffix(_ENDINGS[PDF])
    return render_template("pictures.html", name=title, count=count, back=_back())


def _back() -> str:
    """The page of ours that led here; from elsewhere, or from here itself, the first page of the filing."""
    there = came_from()
    is_another = there and there.partition("?")[0] != request.path
    return there if is_another else "/".join(request.path.split("/")[:3])


def _picture(content: bytes, media_type: str, number: int) -> Response:
    if media_type != PDF:
        return Response(content, content_type=media_type)
    drawn = service().paperwork.picture(content, number)
    return Response(drawn, content_type="image/png") if drawn is not None else abort(404)


def _inline(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    plain = "document" + _ENDINGS.get(media_type, "")
    answer.headers["Content-Disposition"] = (
        f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = SECURITY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def laid_out(known_by: Hashable, paper: Wanted, write: Callable[[], bytes | None]) -> bytes:
    """A paper as it is printed; 404 if there is none. Raises PoolFull if too many are being written.

    It is written once for the same ``known_by``; what shows personal data whole is kept nowhere.
    """
    made = service().previews.get(known_by, write, keep=not paper.sensitive)
    return made if made is not None else abort(404)


def drain(most: int) -> None:
    """Read what is still on its way: a browser shows no answer as long as it is sending."""
    # Begun already, the body has a stream that knows what is left of it; else all of it is.
    begun = request.__dict__.get("stream")
    stream = begun or request.environ["wsgi.input"]
    left = min(most, request.content_length or 0)
    while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
        left -= len(chunk)
