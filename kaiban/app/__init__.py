"""The composition root: puts the parts together; nothing else knows all of them."""

from kaiban.app.form import FormRules
from kaiban.app.installation.preparing import prepare
from kaiban.app.installation.readiness import SENTENCES
from kaiban.app.log import set_up_log
from kaiban.app.root import Kaiban

__all__ = ["SENTENCES", "FormRules", "Kaiban", "prepare", "set_up_log"]
