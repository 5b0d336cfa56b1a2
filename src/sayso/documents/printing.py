"""From a document's Markdown to a PDF that can be printed, signed or filed. The fonts lie inside the file.

May know: Markdown, the PDF library, a font. Must not know: what a document says.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT, _CODE = "Text", "Code"
_STYLES = {"": "DejaVuSans", "B": "DejaVuSans-Bold", "I": "DejaVuSans-Oblique", "BI": "DejaVuSans-BoldOblique"}
_MARGIN = 20
_LEADING = 1.3

#: Of a page to read at a desk, and of one to post on a wall.
POINTS, POINTS_ON_A_WALL = 10, 14
_INK, _SOFT, _LINE = (44, 38, 32), (106, 95, 84), (224, 212, 194)
_CELL = re.compile(r"<(td|th)(?: style=\"text-align:(left|right|center)\")?>")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_INLINE = re.compile(r"</?(?:strong|em|code|a)\b[^>]*>")
_BLOCK = re.compile(r"<(p|ul|ol)>")
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr>\s*(?:<th[^>]*></th>\s*)+</tr>\s*</thead>")


def pdf(markdown: str, *, title: str, language: str, points: int = POINTS) -> bytes:
    """The text as PDF on A4, with its title and language set and pages numbered. points: size of the letters."""
    page = _empty(title, language, points)
    html = _CELL.sub(lambda cell: f'<{cell[1]} align="{cell[2] or "left"}">', _markdown().render(markdown))
    # The PDF library knows no letters of two kinds in one cell.
    html = _TABLE.sub(lambda table: _INLINE.sub("", table[0]), html)
    html = _BLOCK.sub(rf'<\1 line-height="{_LEADING}">', _EMPTY_HEAD.sub("", html))
    page.write_html(
        html, font_family=_FONT, tag_styles=_tag_styles(points), table_line_separators=True, li_prefix_color=_SOFT
    )
    return bytes(page.output())


def _empty(title: str, language: str, points: int) -> FPDF:
    # Loaded here because it takes a third of a second, which commands that print nothing are spared.
    from fpdf import FPDF

    class Sheet(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(_FONT, size=8)
            self.set_text_color(*_SOFT)
            self.cell(0, 6, f"{title} · {self.page_no()} / {{nb}}", align="C")

    page = Sheet(format="A4")
    page.set_title(title)
    page.set_lang(language)
    page.set_margins(_MARGIN, _MARGIN, _MARGIN)
    page.set_auto_page_break(True, _MARGIN)
    folder = _fonts()
    for style, name in _STYLES.items():
        page.add_font(_FONT, style, folder / f"{name}.ttf")
        page.add_font(_CODE, style, folder / "DejaVuSansMono.ttf")
    page.set_draw_color(*_LINE)
    page.set_text_color(*_INK)
    page.set_font(_FONT, size=points)
    page.add_page()
    return page


def _tag_styles(size: int) -> dict[str, Any]:
    from fpdf.fonts import FontFace, TextStyle

    def heading(times: float, above: float) -> TextStyle:
        return TextStyle(
            font_family=_FONT, font_style="B", font_size_pt=times * size, color=_INK, t_margin=above, b_margin=0.3
        )

    return {
        "h1": heading(2, 0),
        "h2": heading(1.3, 5),
        "h3": heading(1.1, 3),
        "code": FontFace(family=_CODE, size_pt=size - 1),
        "a": FontFace(color=_INK, emphasis="UNDERLINE"),
        "li": TextStyle(l_margin=4, t_margin=1),
        "ul": TextStyle(t_margin=1, b_margin=2),
    }


@cache
def _fonts() -> Path:
    """The folder of the DejaVu fonts, which come with the charts' library."""
    entries = metadata.files("matplotlib") or []
    (found,) = (entry for entry in entries if entry.name == "DejaVuSans.ttf")
    return Path(str(found.locate())).parent


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
