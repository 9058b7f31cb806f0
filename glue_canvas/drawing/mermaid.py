"""Pictures as Mermaid flowcharts, which Git hosts show in Markdown."""

from __future__ import annotations

from glue_canvas.drawing.picture import Picture
from glue_canvas.drawing.svg import visible

CLASSES = {
    "source": "stroke:#1d8102,stroke-width:2px",
    "transform": "stroke:#0972d3,stroke-width:2px",
    "target": "stroke:#9c3fb5,stroke-width:2px",
    "table": "stroke:#8a6d00,stroke-width:2px",
    "job": "stroke:#0972d3,stroke-width:2px",
    "added": "fill:#e3f6e0,stroke:#1d8102,stroke-width:3px,color:#16191f",
    "removed": "fill:#fde7e6,stroke:#d13212,stroke-width:2px,stroke-dasharray:5 3,color:#16191f",
    "changed": "fill:#fff4d6,stroke:#b7791f,stroke-width:3px,color:#16191f",
}
SHAPES = {"table": ('[("', '")]'), "source": ('(["', '"])'), "target": ('(["', '"])')}
ARROWS = {"": "-->", "added": "==>", "removed": "-.->"}


def draw_mermaid(picture: Picture) -> str:
    """Return the picture as a Mermaid flowchart, with a newline at its end."""
    numbers = {box.id: f"n{number}" for number, box in enumerate(picture.boxes)}
    lines = ["flowchart TD"]
    for box in picture.boxes:
        opening, closing = SHAPES.get(box.role, ('["', '"]'))
        text = f"{escaped(box.title)}<br/><small>{escaped(box.label)}</small>"
        lines.append(f"  {numbers[box.id]}{opening}{text}{closing}:::{box.change or box.role}")
    for arrow in picture.arrows:
        lines.append(f"  {numbers[arrow.start]} {ARROWS[arrow.change]} {numbers[arrow.end]}")
    used = dict.fromkeys(box.change or box.role for box in picture.boxes)
    lines += [f"  classDef {name} {CLASSES[name]}" for name in used]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return `text` so that Mermaid shows it and does nothing else with it."""
    return "".join(
        character if character.isalnum() or character in " ._-" else f"#{ord(character)};"
        for character in visible(text)
    )
