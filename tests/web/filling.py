"""Fill in pages from a form: which controls, with which text."""

from forms.applicants import asked, of
from forms.structure.pages import pages
from kaiban.web.form.sheet import Sheet
from tests.web.posting import posted


class _Everything(dict):
    """Every question counts as wrong, so that no value is masked."""

    def get(self, _key, _default=""):
        return "x"


def _sheet(form):
    return Sheet(asked(form), form, errors=_Everything())


def pages_of(form):
    """The pages that ask what stands in this form, in their order."""
    return pages(asked(form), set(form), of(form).pages)


def controls_of(form, page):
    """What a browser would send for a page on which this form was typed in."""
    found = posted(_sheet(form).questions(page))
    return {name: found.getlist(name) for name in found}


def member_controls(form, index):
    """The same for the page of one member of staff."""
    found = posted([_sheet(form).row("staff.members", index)])
    return {name: found.getlist(name) for name in found}


def fill_in(visitor, form, *but, saving="保存并继续"):
    """Fill in every page, except those named, as somebody would who makes no mistakes."""
    for page in pages_of(form):
        if page.name not in but:
            visitor.go(page.name)
            form_, button = visitor.button(saving)
            visitor.send(form_, button, controls_of(form, page))
            assert visitor.mistakes == [], page.name
    for index in range(len(form["staff"]["members"])):
        visitor.go(f"staff/{index}")
        form_, button = visitor.button(saving)
        visitor.send(form_, button, member_controls(form, index))
        assert visitor.mistakes == [], index
