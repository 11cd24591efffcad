"""Where gunicorn starts: ``kaiban.wsgi:app``."""

import os

from kaiban.app import Kaiban, set_up_log

service = Kaiban(os.environ)
set_up_log(service.settings.log)
app = service.web()
