"""Where gunicorn starts: ``kaiban.wsgi:app``."""

import os

from kaiban.app import Kaiban, set_up_log

kaiban = Kaiban(os.environ)
set_up_log(kaiban.settings.log)
app = kaiban.web()
