"""`/v`: whether a package somebody holds is ours, and how it stands today; for anybody, by the code that stands on it.

What cannot be a code and a code that was never given are answered alike. A file is compared by its hash: in the browser
where that has scripts, else here. It is not read in any other way, and not kept.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.verification import IssuedPackage, masked_name, plain_code
from kaiban.ports import RateLimit
from kaiban.web.materials.files import CONTROL
from kaiban.web.presentation.texts import clock, day, say
from kaiban.web.responses.kept import again, told
from kaiban.web.responses.later import too_often
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import NOTHING, PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("verifying")

TOO_OFTEN: Final = "从您的网络地址一小时内核验的次数太多，请过一会儿再试，或者拨打办事热线。"
NO_FILE: Final = Defect("/file", "verify.file", "请先选择收到的文件，再点“核对文件”。")
#: What a file is, by what it was found to be; an original by its title.
FILES: Final[Mapping[str, str]] = {
    "pdf": "这个文件就是本证照包的 PDF，一个字节都没有改动。",
    "zip": "这个文件就是本证照包的 ZIP，一个字节都没有改动。",
    "json": "这个文件就是本证照包的 package.json，一个字节都没有改动。",
}
OTHER: Final = (
    "这个文件不是本证照包的文件：可能被改动过，也可能是另一版或者别的企业的。请不要采信。"
)
#: A bank checks many an hour; trying out codes would take for ever.
LIMIT: Final = RateLimit("verify:address", 600, timedelta(hours=1))
_CHUNK: Final = 1024 * 1024


@routes.page("/v", PUBLIC)
def ask() -> Any:
    """Type the code that stands on a package."""
    if code := plain_code(request.args.get("code", "")):
        return redirect(url_for("verifying.show", code=code), 303)
    return _page("ask")


@routes.page("/v/<code>", PUBLIC)
def show(code: str) -> Any:
    """How the package with that code stands."""
    found = _found(code)
    return _package(found, plain_code(code)) if found else _page("unknown", 404)


@routes.page("/v/<code>", PUBLIC, "POST", writes=NOTHING)
def check(code: str) -> Any:
    """Compare a file with what was issued under that code."""
    address = request.remote_addr or ""
    if service().quotas.upload(f"verify:{address}", address, request.content_length or 0):
        raise too_often(TOO_OFTEN)
    found, file = _found(code), request.files.get(CONTROL)
    if found is None:
        return redirect(url_for("verifying.show", code=code), 303)
    if file is None or not file.filename:
        return _again(found, code, 422, wrong=to_keep([NO_FILE]))
    return _again(found, code, 200, file=found.file_of(_sha256(file)) or "")


@routes.page("/v/certificates.pem", PUBLIC)
def certificates() -> Response:
    """What packages are and were signed with, for whoever verifies them elsewhere."""
    pem = "".join(each.pem for each in service().certificates())
    answer = Response(pem, content_type="application/x-pem-file")
    answer.headers["Content-Disposition"] = "attachment; filename=certificates.pem"
    return answer


def _found(code: str) -> IssuedPackage | None:
    if not service().limits.take(LIMIT, request.remote_addr or "", service().wall()):
        raise too_often(TOO_OFTEN)
    return service().cases.find_issued(plain_code(code))


def _again(found: IssuedPackage, code: str, status: int, **said: Any) -> Any:
    return again(lambda: _package(found, plain_code(code)), status, typed=(), **said)


def _package(found: IssuedPackage, code: str) -> Response:
    summary, kind = found.summary, told("file")
    originals = {each["sha256"]: each["title"] for each in summary["documents"]}
    own = {found.pdf_sha256: "pdf", found.archive_sha256: "zip", found.summary_sha256: "json"}
    return _page(
        "package",
        package=found,
        code=code,
        standing=found.standing.value,
        company=masked_name(summary["company"]["name"]),
        credit_code=masked_name(summary["company"]["credit_code"]),
        city=say(summary["city"]["title"]),
        issued=clock(found.issued_at),
        gaps=[each["title"] for each in summary["gaps"]],
        documents=[(each["title"], each["sha256"]) for each in summary["documents"]],
        checked=None if kind is None else _sentence(kind),
        right=bool(kind),
        known={sha256: _sentence(each) for sha256, each in {**originals, **own}.items()},
        other=say(OTHER),
    )


def _sentence(kind: str) -> str:
    """What is said of a file that was found to be that; "" is none of ours."""
    if not kind:
        return say(OTHER)
    if kind in FILES:
        return say(FILES[kind])
    return say("这个文件是本证照包里的部门原件“%(title)s”，一个字节都没有改动。", title=kind)


def _sha256(file: FileStorage) -> str:
    digest = hashlib.sha256()
    while chunk := file.stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _page(name: str, status: int = 200, **more: Any) -> Response:
    """A page for whoever has the code, and for no search engine."""
    signed_with = [
        (each.name, each.fingerprint, day(each.since), day(each.until))
        for each in service().certificates()
    ]
    page = render_template(
        f"verify/{name}.html", signed_with=signed_with, errors=errors_kept(), **more
    )
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
