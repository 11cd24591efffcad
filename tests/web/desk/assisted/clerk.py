"""Somebody at a window who fills in the form for others."""

from forms.structure.pages import blocks, pages
from tests.web.filling import controls_of, member_controls, pages_of
from tests.web.visitor import Visitor

#: Whoever comes: the applicant, who has shown their identity card.
APPLICANT = {
    "actor": "applicant",
    "name": "张三",
    "cert_no": "990102199001011234",
    "identity": "original",
}
#: Pages of the desk on which the form is typed.
BLOCKS = blocks(pages())


class Clerk(Visitor):
    """A visitor with a form in hand."""

    number = ""

    def begin(self, **answers):
        """Begin a form for the applicant, or whoever else is named."""
        self.open("/desk/new").press("开始填写", **(answers or APPLICANT))
        assert self.mistakes == [], self.mistakes
        self.number = self.path.split("/")[3]
        return self

    def go(self, page="", **query):
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return self.open(f"/desk/new/{self.number}/{page}" + (f"?{asked}" if asked else ""))

    def fill_in(self, form, *but):
        """Type everything, a page for each department."""
        for index in range(len(form["staff"]["members"])):
            self.go(f"employment/{index}")
            self.send(*self.button("保存并继续"), member_controls(form, index))
            assert self.mistakes == [], index
        for page in blocks(pages_of(form)):
            if page.name not in but:
                self.go(page.name)
                self.send(*self.button("保存并继续"), controls_of(form, page))
                assert self.mistakes == [], (page.name, self.mistakes)
        return self

    def read_back(self):
        """Have it read back and signed."""
        self.go("check")
        self.follow("打开核对单")
        return self.press("已签字确认", signed="yes")

    def hand_in(self, form, **answers):
        """All of it, up to the receipt."""
        self.begin(**answers).fill_in(form).read_back().press("提交申请")
        assert self.heading == "受理回执", (self.mistakes, self.text[:400])
        return self

    def filing(self, city):
        """The form as it is kept."""
        return city.kaiban.filings.get(city.kaiban.assisted.get(self.number).filing_id)

    def case(self, city):
        """The case the form has become."""
        return city.kaiban.cases.read(self.filing(city).case_no)
