"""A small picture of the computed level, for a README: text on two fields, nothing fetched from anywhere."""

import html
from collections.abc import Mapping

from adapters.kit.check import TITLES

LABEL = "Kaiban 适配器"
NOT_REACHED = "未达铜级"
#: Level -> colour of its field, colour of the text on it; each pair contrasts at least 4.5 to 1.
COLOURS: Mapping[str, tuple[str, str]] = {
    "bronze": ("#8a4b1f", "#ffffff"),
    "silver": ("#cfd6da", "#0b0c0c"),
    "gold": ("#f2c94c", "#0b0c0c"),
    "": ("#f3f2f1", "#0b0c0c"),
}
#: Left field, right field, height, in pixels.
LEFT, RIGHT, HEIGHT = 108, 84, 24


def badge(title: str, level: str | None) -> str:
    """Return an SVG that says how far an adapter has come; ``title`` is its department's."""
    said = f"{TITLES[level]} {level}" if level else NOT_REACHED
    field, ink = COLOURS[level or ""]
    whole = html.escape(f"{title}：{LABEL}，{said}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + RIGHT}" height="{HEIGHT}" '
        f'role="img" aria-label="{whole}">'
        f"<title>{whole}</title>"
        f'<rect width="{LEFT}" height="{HEIGHT}" fill="#1d3c5e"/>'
        f'<rect x="{LEFT}" width="{RIGHT}" height="{HEIGHT}" fill="{field}"/>'
        '<g font-family="system-ui,sans-serif" font-size="13" text-anchor="middle">'
        f'<text x="{LEFT // 2}" y="17" fill="#ffffff">{html.escape(LABEL)}</text>'
        f'<text x="{LEFT + RIGHT // 2}" y="17" fill="{ink}">{said}</text>'
        "</g></svg>\n"
    )
