"""Settings and city profiles as tests write them."""

from kaiban.config import Settings, read_profile

MINIMAL = """
name = "x"
title = "某市"
region = "990200"
hall_title = "大厅"
[halls.a]
title = "甲"
shifts = ["09:00-12:00"]
[halls.b]
title = "乙"
shifts = ["00:00-24:00"]
every_day = true
[promises.one_day]
title = "一日"
hall_days = 1
"""


def read(**environ):
    return Settings.read({f"KAIBAN_{name.upper()}": text for name, text in environ.items()})


def profile(tmp_path, text, **environ):
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    return read_profile(read(city=str(path), **environ))
