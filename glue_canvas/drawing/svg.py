"""Pictures as SVG: one file, no external address, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from glue_canvas.drawing.layout import LABEL_LETTER, TEXT_LEFT, TEXT_RIGHT, TITLE_LETTER, Layout, Point, lay_out
from glue_canvas.drawing.picture import Arrow, Box, Picture, role_and_label
from glue_canvas.kinds import python_text

NOTE_LETTER, NOTE_HEIGHT = 8, 20
"""How wide a letter and how high the ground of a note at an arrow is, in pixels."""
PLACES = (0.5, 0.35, 0.65, 0.22, 0.78)
"""Where on its way from box to box a note may stand, the best place first."""
STYLE = """
svg:root { background: #ffffff; }
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
svg:root { background: #12181f; }
.box { fill: #1b232d; stroke: #6b7785; } .title { fill: #eaeded; } .label { fill: #aab7b8; }
.arrow { stroke: #95a0ab; } .head { fill: #95a0ab; }
.added .box { fill: #12351a; } .removed .box { fill: #45191a; } .changed .box { fill: #42340f; }
}
"""
NOTES_STYLE = """
.note, .rows { fill: #16191f; font: 600 12px system-ui, sans-serif; }
.rows { text-anchor: middle; } .ground { fill: #ffffff; stroke: #c6ccd2; }
@media (prefers-color-scheme: dark) {
.note, .rows { fill: #eaeded; } .ground { fill: #12181f; stroke: #6b7785; }
}
"""
"""What is added for a picture with notes."""


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
    for box in picture.boxes:
        _draw_box(root, box, layout)
    _draw_rows(root, picture.arrows, layout)
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
    label = role_and_label(box)
    group = ET.SubElement(root, "g", {"class": f"{box.role} {box.change}".strip()})
    group.set("transform", f"translate({x:g} {y:g})")
    ET.SubElement(group, "title").text = visible(f"{box.title} ({label})")
    height = str(layout.box_height)
    size = {"width": str(layout.box_width), "height": height, "rx": "6"}
    room = layout.box_width - TEXT_LEFT - TEXT_RIGHT
    ET.SubElement(group, "rect", {"class": "box", **size})
    ET.SubElement(group, "rect", {"class": "stripe", "width": "6", "height": height, "rx": "3"})
    ET.SubElement(group, "text", {"class": "label", "x": "18", "y": "22"}).text = shortened(
        visible(label), int(room / LABEL_LETTER)
    )
    ET.SubElement(group, "text", {"class": "title", "x": "18", "y": "43"}).text = shortened(
        visible(box.title), int(room / TITLE_LETTER)
    )
    if box.note:
        ET.SubElement(group, "text", {"class": "note", "x": "18", "y": "63"}).text = visible(box.note)


def _draw_arrow(root: ET.Element, line: list[Point], change: str) -> None:
    ET.SubElement(root, "path", {"class": f"arrow {change}".strip(), "d": _curve(line)})
    x, y = line[-1]
    ET.SubElement(root, "path", {"class": "head", "d": f"M{x - 4:g} {y - 7:g}h8l-4 7z"})


@dataclass(frozen=True)
class _Ground:
    """A rectangle by its middle."""

    x: float
    y: float
    width: float
    height: float

    def is_free_of(self, other: _Ground) -> bool:
        """Say whether two do not touch."""
        beside = abs(self.x - other.x) >= (self.width + other.width) / 2
        return beside or abs(self.y - other.y) >= (self.height + other.height) / 2


def _draw_rows(root: ET.Element, arrows: Sequence[Arrow], layout: Layout) -> None:
    """Write the notes of arrows onto their ways, on a ground of their own, clear of boxes and of each other."""
    width, height = layout.box_width, layout.box_height
    taken = [_Ground(x + width / 2, y + height / 2, width, height) for x, y in layout.corners.values()]
    for arrow, line in zip(arrows, layout.lines, strict=True):
        if not arrow.note:
            continue
        places = [
            _Ground(*_on_the_way(way, part), len(arrow.note) * NOTE_LETTER + 10, NOTE_HEIGHT)
            for way in _ways(line)
            for part in PLACES
        ]
        ground = next((one for one in places if all(one.is_free_of(other) for other in taken)), places[0])
        taken.append(ground)
        size = {"width": f"{ground.width:g}", "height": str(NOTE_HEIGHT), "rx": "5"}
        corner = {"x": f"{ground.x - ground.width / 2:g}", "y": f"{ground.y - NOTE_HEIGHT / 2:g}"}
        ET.SubElement(root, "rect", {"class": "ground", **corner, **size})
        text = ET.SubElement(root, "text", {"class": "rows", "x": f"{ground.x:g}", "y": f"{ground.y + 4:g}"})
        text.text = visible(arrow.note)


def _ways(line: list[Point]) -> list[list[Point]]:
    """Return the pieces of an arrow where a note may stand: those that it shares with no other arrow come first."""
    pieces = [line[number : number + 2] for number in range(len(line) - 1)]
    return [*pieces[1:-1], pieces[0], pieces[-1]]


def _on_the_way(way: Sequence[Point], part: float) -> Point:
    """Return a point of the curve between two points, see `_curve`."""
    (x, y), (next_x, next_y) = way
    left = 1 - part
    # the two points that bend the curve are half way down, above and below the ends
    middle = (y + next_y) / 2
    along = left**3 * x + 3 * left**2 * part * x + 3 * left * part**2 * next_x + part**3 * next_x
    down = left**3 * y + 3 * (left**2 * part + left * part**2) * middle + part**3 * next_y
    return (round(along, 1), round(down, 1))


def _curve(line: list[Point]) -> str:
    """Return a smooth way through the points that leaves and enters them vertically."""
    (x, y), *others = line
    path = f"M{x:g} {y:g}"
    for next_x, next_y in others:
        middle = (y + next_y) / 2
        path += f"C{x:g} {middle:g} {next_x:g} {middle:g} {next_x:g} {next_y:g}"
        x, y = next_x, next_y
    return path
