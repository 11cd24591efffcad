"""What papers can show: the one seam behind which the fonts are."""

from typing import Protocol


class Glyphs(Protocol):
    """Knows what the fonts that papers are printed with can draw."""

    def missing(self, text: str) -> str:
        """Each sign of the text a paper would not show as it stands there, once; spaces and breaks of lines are shown."""
