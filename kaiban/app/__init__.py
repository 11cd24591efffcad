"""The composition root: puts the parts together; nothing else knows all of them."""

from kaiban.app.form import FormRules
from kaiban.app.keys import make_keys
from kaiban.app.log import set_up_log
from kaiban.app.root import Kaiban

__all__ = ["FormRules", "Kaiban", "make_keys", "set_up_log"]
