"""``python -m kaiban.cli``: the same as the command ``kaiban``."""

from kaiban.cli import main

main()
