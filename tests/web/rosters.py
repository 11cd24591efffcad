"""Tables of staff as people paste them from a spreadsheet."""

from forms.sample import person

HEAD = "姓名\t证件号码\t手机号码\t户籍性质\t入职日期\t月工资"


def line(number, **changed):
    """One employee; `changed` are cells by name: name, no, mobile, household, start, wage."""
    one = person(number)
    cells = {"name": one["name"], "no": one["cert"]["no"], "mobile": one["mobile"],
             "household": "本地城镇", "start": "2026-12-01", "wage": "8000"}  # fmt: skip
    return "\t".join({**cells, **changed}.values())


def pasted(*lines):
    """The lines under their head."""
    return "\n".join((HEAD, *lines))
