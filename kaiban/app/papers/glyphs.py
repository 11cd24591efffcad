"""What the installed fonts can draw, asked for once in a process, when somebody first writes what is to be printed."""

from functools import cached_property

import structlog

from kaiban.documents.layout.glyphs import Fonts, FontsMissingError

log = structlog.get_logger()


class InstalledGlyphs:
    """The fonts' glyphs, as use cases ask for them."""

    def missing(self, text: str) -> str:
        """Each sign a paper would not show; where no fonts are, nothing is known and nothing refused."""
        return self._fonts.not_shown(text) if self._fonts else ""

    @cached_property
    def _fonts(self) -> Fonts | None:
        try:
            return Fonts.installed()
        except FontsMissingError as error:
            log.warning("fonts_missing", error=str(error))
            return None
