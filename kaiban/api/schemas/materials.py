"""Materials as programs see them: what is to be brought, what is there, what is missing."""

from marshmallow import fields

from kaiban.api.schemas.base import (
    Answer,
    a_day,
    a_number,
    a_text,
    an_instant,
    list_of,
    one_of,
    texts,
)
from kaiban.orchestrator.materials.standing import STATES


class NeededMaterial(Answer):
    """A material the applicant brings."""

    key = a_text("its key", example="lease")
    name = a_text("its name, in Chinese", example="房屋租赁合同")
    why = a_text("of whom it is asked, in Chinese", example="租用经营场所的")
    links = texts("the links whose departments want it")
    may_follow = fields.Boolean(metadata={"description": "the city lets it follow later (容缺)"})
    of = fields.List(
        fields.String(),
        allow_none=True,
        metadata={
            "description": "each of these persons brings their own: where the form names them; null: it is not of persons"
        },
    )


class MaterialFile(Answer):
    """A file as it is kept."""

    digest = a_text("SHA-256 of what is kept, in hex: it was written anew")
    media_type = a_text(example="application/pdf")
    pages = a_number()
    size = a_number("bytes")
    at = an_instant()
    of = texts("where the form names those who are on it; empty: nobody said")


class Material(NeededMaterial):
    """A material of a case: how it stands and what is there."""

    state = one_of(
        STATES, "part: of some persons only; unasked: it came, and the form asks no more"
    )
    missing_of = texts("the persons of whom nothing has come")
    may_bring = fields.Boolean(metadata={"description": "whether files are taken now"})
    bring_of = texts("the persons whose documents are taken now")
    due = a_day("of what is promised", none=True)
    files = list_of(MaterialFile)


class FileLimits(Answer):
    """What is taken."""

    files = a_number("files of a material in one request")
    file_mb = a_number("megabytes of a file")
    request_mb = a_number("megabytes of all files in one request, before base64")
    total_mb = a_number("megabytes of all files of a case")
    pages = a_number("pages of a PDF")
    megapixels = a_number("million pixels of a picture")


class MaterialList(Answer):
    """Everything that is to be brought to a case, and what is there."""

    case_no = a_text()
    at_once = fields.Boolean(
        metadata={"description": "the city opens no case without what may not follow"}
    )
    limits = fields.Nested(FileLimits)
    materials = list_of(Material)
