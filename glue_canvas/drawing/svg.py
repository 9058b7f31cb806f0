"""Pictures as SVG: one file, no external address, light and dark."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from glue_canvas.drawing.layout import BOX_WIDTH, Layout, Point, lay_out
from glue_canvas.drawing.picture import Box, Picture
from glue_canvas.kinds import python_text

TITLE_LETTERS, LABEL_LETTERS = 31, 38
STYLE = """
.box { fill: #ffffff; stroke: #8d99a6; }
.source .stripe { fill: #1d8102; } .transform .stripe { fill: #0972d3; } .target .stripe { fill: #9c3fb5; }
.table .stripe { fill: #8a6d00; } .job .stripe { fill: #0972d3; }
.title { fill: #16191f; font: 600 13px system-ui, sans-serif; }
.label { fill: #545b64; font: 11px system-ui, sans-serif; }
.arrow { fill: none; stroke: #687078; stroke-width: 1.5; } .head { fill: #687078; }
.added .box { fill: #e3f6e0; stroke: #1d8102; stroke-width: 2; } .arrow.added { stroke: #1d8102; }
.removed .box { fill: #fde7e6; stroke: #d13212; }
.arrow.removed { stroke: #d13212; } .removed .box, .arrow.removed { stroke-dasharray: 5 3; }
.changed .box { fill: #fff4d6; stroke: #b7791f; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
.box { fill: #1b232d; stroke: #6b7785; } .title { fill: #eaeded; } .label { fill: #aab7b8; }
.arrow { stroke: #95a0ab; } .head { fill: #95a0ab; }
.added .box { fill: #12351a; } .removed .box { fill: #45191a; } .changed .box { fill: #42340f; }
}
"""
NOTES_STYLE = """
.note, .rows { fill: #16191f; font: 600 12px system-ui, sans-serif; }
.rows { text-anchor: middle; stroke: #ffffff; stroke-width: 4; paint-order: stroke; }
@media (prefers-color-scheme: dark) {
.note, .rows { fill: #eaeded; } .rows { stroke: #12181f; }
}
"""
"""What is added for a picture with notes."""
ROLES = {"source": "Data source", "transform": "Transform", "target": "Data target", "table": "", "job": ""}


def draw_svg(picture: Picture) -> str:
    """Return the picture as the text of an SVG file, with a newline at its end."""
    layout = lay_out(picture)
    width, height = f"{layout.width:g}", f"{layout.height:g}"
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "width": width, "height": height},
        role="img",
    )
    root.set("aria-label", visible(picture.title))
    ET.SubElement(root, "title").text = visible(picture.title)
    has_notes = any(box.note for box in picture.boxes) or any(arrow.note for arrow in picture.arrows)
    ET.SubElement(root, "style").text = STYLE + (NOTES_STYLE if has_notes else "")
    for arrow, line in zip(picture.arrows, layout.lines, strict=True):
        _draw_arrow(root, line, arrow.change)
    for arrow, line in zip(picture.arrows, layout.lines, strict=True):
        _draw_rows(root, line, arrow.note)
    for box in picture.boxes:
        _draw_box(root, box, layout)
    ET.indent(root, space="")
    return ET.tostring(root, encoding="unicode") + "\n"


def visible(text: str) -> str:
    """Return `text` with a sign in the place of each character that XML or a reader cannot take."""
    return python_text.CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def shortened(text: str, letters: int) -> str:
    """Return at most `letters` letters of `text`, with dots at the end where some are missing."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _draw_box(root: ET.Element, box: Box, layout: Layout) -> None:
    x, y = layout.corners[box.id]
    label = " · ".join(filter(None, (ROLES[box.role], box.label)))
    group = ET.SubElement(root, "g", {"class": f"{box.role} {box.change}".strip()})
    group.set("transform", f"translate({x:g} {y:g})")
    ET.SubElement(group, "title").text = visible(f"{box.title} ({label})")
    height = str(layout.box_height)
    size = {"width": str(BOX_WIDTH), "height": height, "rx": "6"}
    ET.SubElement(group, "rect", {"class": "box", **size})
    ET.SubElement(group, "rect", {"class": "stripe", "width": "6", "height": height, "rx": "3"})
    ET.SubElement(group, "text", {"class": "label", "x": "18", "y": "22"}).text = shortened(
        visible(label), LABEL_LETTERS
    )
    ET.SubElement(group, "text", {"class": "title", "x": "18", "y": "43"}).text = shortened(
        visible(box.title), TITLE_LETTERS
    )
    if box.note:
        ET.SubElement(group, "text", {"class": "note", "x": "18", "y": "63"}).text = visible(box.note)


def _draw_arrow(root: ET.Element, line: list[Point], change: str) -> None:
    ET.SubElement(root, "path", {"class": f"arrow {change}".strip(), "d": _curve(line)})
    x, y = line[-1]
    ET.SubElement(root, "path", {"class": "head", "d": f"M{x - 4:g} {y - 7:g}h8l-4 7z"})


def _draw_rows(root: ET.Element, line: list[Point], note: str) -> None:
    """Write a note into the middle of an arrow's first piece."""
    if note:
        (x, y), (next_x, next_y) = line[:2]
        place = {"x": f"{(x + next_x) / 2:g}", "y": f"{(y + next_y) / 2 + 4:g}"}
        ET.SubElement(root, "text", {"class": "rows", **place}).text = visible(note)


def _curve(line: list[Point]) -> str:
    """Return a smooth way through the points that leaves and enters them vertically."""
    (x, y), *others = line
    path = f"M{x:g} {y:g}"
    for next_x, next_y in others:
        middle = (y + next_y) / 2
        path += f"C{x:g} {middle:g} {next_x:g} {middle:g} {next_x:g} {next_y:g}"
        x, y = next_x, next_y
    return path
