"""Where gunicorn starts: ``kaiban.wsgi:app``."""

import os

from kaiban.app import Kaiban, set_up_log

os.umask(0o077)  # as in kaiban.cli, for whoever starts gunicorn alone
service = Kaiban(os.environ)
set_up_log(service.settings.log)
app = service.web()
