"""One package at the exit desk: whose it is, handed over against a signature, or posted; never twice."""

from collections.abc import Sequence
from typing import Any, Final

from flask import render_template, request, url_for

from forms.structure.tour import mask, walk
from kaiban.domain.cases.case import Case
from kaiban.domain.filing import read_phone
from kaiban.domain.messages.notification import masked
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import (
    AT_WINDOW,
    BY_POST,
    RETURN,
    choice_of,
    last_posting,
    last_reminder,
    leaves_by,
    mode_of,
    settled_by,
)
from kaiban.domain.pointer import value_at
from kaiban.domain.roles import Act
from kaiban.orchestrator.applicant.returning.phone_codes import COLLECTION, Asker
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.staff.looking import look_at
from kaiban.orchestrator.window.exit_desk.handing_out import (
    BY_CODE,
    DOCUMENTS,
    ELSEWHERE,
    FETCHERS,
    HANDED_OUT,
    MOVED,
    ON_PAPER,
    SOMEBODY_ELSE,
    Collection,
    check_collection,
    days_waiting,
    fetchers,
    hand_out,
    is_here,
    post,
    receipt_name,
    remind,
)
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.following.crossing import crossing_of
from kaiban.web.following.delivery.delivery_ways import way_of
from kaiban.web.form.places import field_at
from kaiban.web.materials.files import PDF, shown, taken_in
from kaiban.web.presentation.preferences import current
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.stale import seen
from kaiban.web.routes import ADDS, CHANGES, Routes
from kaiban.web.sent import whole_number
from kaiban.web.service import asked_by, office, service

routes = Routes("handing_over")

HAND_OUT = Staff(Act.HAND_OUT, intake=True)
NO_PHONE = Defect("/who", "handing.phone", "这个人没有留手机号码，请改用纸上签名。")
NO_RECEIPT = Defect("", "handing.no_receipt", "这一件没有纸质签收单。")
#: What was so when the page was read, and is not any more.
GONE: Final = frozenset({HANDED_OUT, MOVED, ELSEWHERE})
_SIGNATURES: Final = {ON_PAPER: "纸上签名", BY_CODE: "手机验证码"}
_HANDED: Final = "已经登记领走。"
_POSTED: Final = "已经登记寄出，申请人会收到运单号。"
_REMINDED: Final = "已经提醒。一天最多提醒一次。"
_NOT_REMINDED: Final = (
    "没有发出：申请人没有同意电子送达，或者本市没有接通短信和邮件。请打电话告诉对方。"
)
_CODE_SENT: Final = "验证码已经发到 %(phone)s，请对方报出 6 位数字。"


@routes.page("/desk/cases/<no>/exit", HAND_OUT)
def show() -> str:
    """How the package is to leave, whom it belongs to, or how it has left."""
    case, sent = the_case(), typed_in("hand")
    return render_template(
        "desk/exit_desk/case.html",
        case=case, company=company(case), way=way_of(case), leaves_by=leaves_by(case),
        at_window=AT_WINDOW, by_post=BY_POST, mode=mode_of(case), days=days_waiting(office(), case),
        people=_people(case), documents=[(key, say(text)) for key, text in DOCUMENTS.items()],
        has_texts=service().phone_codes.texts is not None, sent=sent, posting=typed_in("post"),
        version=choice_of(case), left=_left(case), reminded=_reminded(case),
        away=bool(leaves_by(case)) and not is_here(case, the_hall(case)), to_return=leaves_by(case) == RETURN,
        crossing=crossing_of(case, office().clock.now()), **said(),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/exit/hand-out", HAND_OUT, "POST", writes=ADDS)
def hand_over() -> Any:
    """Hand it over, or send a code to whoever fetches it."""
    case = the_case()
    if request.form.get("do") == "code":
        return _send_code(case)
    found, wrong = _collection()
    wrong += check_collection(case, found, the_hall(case))
    if HANDED_OUT in wrong and _is_that(case, found):
        return done(show, _here(case), _HANDED)  # pressed twice
    if not wrong and found.signature == BY_CODE:
        digits = request.form.get("digits", "")
        wrong = service().phone_codes.prove(_asker(case, found.who), digits)
    answer = wrong or hand_out(office(), case.no, the_staff().login, found, the_hall(case))
    if isinstance(answer, Case):
        return done(show, _here(case), _HANDED)
    return refused(show, _here(case), "hand", answer, 409 if GONE & {*answer} else 422)


@routes.page("/desk/cases/<no>/exit/post", HAND_OUT, "POST", writes=CHANGES)
def send_off() -> Any:
    """Write down the parcel's number; if the address was changed since the label, that is looked at first."""
    case, sent = the_case(), request.form
    choice = whole_number(seen(), -1)
    actor = f"window:{the_staff().login}"
    carrier = sent.get("carrier", "")
    tracking = sent.get("tracking", "")
    found = post(office(), case.no, tracking, carrier, actor, choice, the_hall(case))
    if isinstance(found, Case):
        return done(show, _here(case), _POSTED)
    return refused(show, _here(case), "post", found, 409 if GONE & {*found} else 422)


@routes.page("/desk/cases/<no>/exit/remind", HAND_OUT, "POST", writes=ADDS)
def remind_them() -> Any:
    """Tell the applicant once more that it is there."""
    case = the_case()
    found = remind(office(), case.no, the_staff().login)
    if not isinstance(found, Case):
        return refused(show, _here(case), "remind", found)
    last = last_reminder(found)
    told = [each for each in service().cases.messages(case.no) if last and each.at >= last.at]
    return done(show, _here(case), _REMINDED if told else _NOT_REMINDED)


@routes.page("/desk/cases/<no>/exit/receipt", HAND_OUT)
def receipt() -> str:
    """A receipt to be signed on paper."""
    case = the_case()
    granted = [say(link.title) for link in case.links if case.is_done(link.name)]
    return render_template(
        "desk/exit_desk/receipt.html", case=case, company=company(case), granted=granted,
        hall=say(office().city.hall_named(the_hall(case)).title), at=clock(office().clock.now()),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/exit/label", HAND_OUT)
def label() -> str:
    """The parcel's label with the whole address; that it was shown is written down for the owner."""
    case = the_case()
    if not is_here(case, the_hall(case)):
        return render_template(
            "desk/exit_desk/label.html", case=case, company=company(case), away=True
        )
    section = {"delivery": case.form.get("delivery", {})}
    paths = tuple(f"delivery.{name}" for name in section["delivery"])
    look_at(office(), the_staff().position, case.no, Act.HAND_OUT, paths, intake=True)
    lines = [
        each for each in walk(section, asked_by(case.form)) if each.pointer != "/delivery/mode"
    ]
    return render_template(
        "desk/exit_desk/label.html", case=case, company=company(case),
        rows=[(say(each.label), each.value) for each in lines],
        hall=say(office().city.hall_named(the_hall(case)).title), mode=mode_of(case), by_post=BY_POST,
    )  # fmt: skip


@routes.page("/desk/cases/<no>/exit/signed", HAND_OUT)
def signed() -> Any:
    """The receipt that was signed."""
    case = the_case()
    kept = office().cases.get_notice_paper(case.no, receipt_name(case.package_version))
    if kept is None:
        return refused(show, _here(case), "signed", [NO_RECEIPT])
    media_type = PDF if kept.pdf.startswith(b"%PDF") else "image/jpeg"
    return shown(kept.pdf, media_type, say("签收单"))


def the_hall(case: Case) -> str:
    """At which of the case's halls whoever reads this is: the one that took it in, or the one that decided it."""
    ours = the_staff().position.within(Act.HAND_OUT)
    return ours if ours == case.intake != "" else case.hall


def _here(case: Case) -> str:
    return url_for("handing_over.show", no=case.no)


def _is_that(case: Case, found: Collection) -> bool:
    """Whether it has left by this very handing over: the same hands, the same person, the same kind of signature."""
    last = settled_by(office().cases.read(case.no))
    if last is None or last.actor != f"window:{the_staff().login}":
        return False
    return (last.facts.get("who"), last.facts.get("signature")) == (found.who, found.signature)


def _people(case: Case) -> list[tuple[str, str, str]]:
    """Who may fetch it: with what is to be compared with the document."""
    found = [
        (who, f"{_title(case, who)} {name}", _number(case, who))
        for who, name in fetchers(case).items()
    ]
    return [*found, (SOMEBODY_ELSE, say("别人代领"), say("要看授权委托书原件"))]


def _title(case: Case, who: str) -> str:
    """As what the form of this type of applicant names them."""
    return say(str(field_at(asked_by(case.form), f"people.{who}").metadata["label"]))


def _number(case: Case, who: str) -> str:
    number = str(value_at(case.form, f"people.{who}.cert.no") or "")
    return say("证件号码 %(number)s", number=mask(number)) if number else ""


def _collection() -> tuple[Collection, list[Defect]]:
    """What was ticked and typed, with the signed paper as it is kept; or what is wrong with the file."""
    sent = request.form
    signature = sent.get("signature", "")
    paper, wrong = b"", []
    if signature == ON_PAPER and any(each.filename for each in request.files.getlist("file")):
        uploads, told = taken_in(say("签收单"), by=the_staff().login)
        wrong = [Defect("/file", "handing.file", text) for text in told]
        paper = uploads[0].content if uploads else b""
    found = Collection(
        sent.get("who", ""), sent.get("document", ""), "matches" in sent, signature,
        sent.get("name", "").strip(), "authority" in sent, paper,
    )  # fmt: skip
    return found, wrong


def _send_code(case: Case) -> Any:
    asker = _asker(case, request.form.get("who", ""))
    wrong: Sequence[Defect] = [] if asker.phone else [NO_PHONE]
    wrong = wrong or service().phone_codes.ask(asker)
    if wrong:
        return refused(show, _here(case), "hand", wrong)
    sent = say(_CODE_SENT, phone=masked(asker.phone))
    return refused(show, _here(case), "hand", [], 200, done=sent)


def _asker(case: Case, who: str) -> Asker:
    """Whose phone is to be proved, for this package alone."""
    number = (
        read_phone(str(value_at(case.form, f"people.{who}.mobile") or ""))
        if who in FETCHERS
        else ""
    )
    nonce = f"{case.no} {case.package_version}"
    return Asker(number, nonce, request.remote_addr or "", current().lang, COLLECTION)


def _left(case: Case) -> dict[str, str]:
    """How it left, if it did."""
    last = settled_by(case)
    if last is None:
        return {}
    if last.kind == "posted":
        posted = last_posting(case)
        parcel = posted.text if posted else ""
        return {
            "what": say("已经寄出"),
            "at": clock(last.at),
            "who": parcel,
            "parcel": "yes",
            "by": _by(last.actor),
        }
    who = last.facts.get("who", "")
    title = _title(case, who) if who in FETCHERS else say("代领人") if who else ""
    return {
        "what": say("已经领走"), "at": clock(last.at), "who": f"{title} {last.text}".strip(),
        "by": _by(last.actor), "document": say(DOCUMENTS.get(last.facts.get("document", ""), "")),
        "signature": say(_SIGNATURES.get(last.facts.get("signature", ""), "")),
        "paper": last.facts.get("signature", ""),
    }  # fmt: skip


def _by(actor: str) -> str:
    return name_of(actor.partition(":")[2] or actor)


def _reminded(case: Case) -> str:
    last = last_reminder(case)
    return clock(last.at) if last else ""
