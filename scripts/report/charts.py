"""Charts as SVG that takes its colours from the page, so that it is light or dark as the page is."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pygal
from pygal.style import Style

from scripts.report.distribution import Histogram
from scripts.report.funnel import Reasons
from scripts.report.round_numbers import ticks

PLOT_WIDTH, LETTER = 420, 9
"""How wide the bars together and a letter below them are, in pixels."""
SVG = "http://www.w3.org/2000/svg"
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="var(--ink)",
    foreground_strong="var(--ink)",
    foreground_subtle="var(--soft)",
    colors=("var(--bar)", "var(--left)"),
    font_family="system-ui, sans-serif",
    label_font_size=15,
    major_label_font_size=15,
    value_font_size=15,
    opacity="1",
)


def reasons_chart(reasons: Reasons) -> str:
    """Return the rows that were kept and those that left, a bar a reason."""
    bars = {f"in {reasons.stage.target}": reasons.kept, **reasons.left}
    chart = pygal.HorizontalBar(**_settings(height=30 + 48 * len(bars)), show_x_labels=False)
    # beside a bar there is room for its number, inside of a short one there is none
    chart.x_labels = [f"{_number(rows)} {name}" for name, rows in bars.items()]
    chart.add("", [{"value": rows, "color": _colour(number)} for number, rows in enumerate(bars.values())])
    return _svg(chart, f"What became of {reasons.stage.unit}")


def histogram_chart(histogram: Histogram) -> str:
    """Return the rows by value."""
    chart = pygal.Bar(**_settings(height=320), formatter=_number, show_minor_x_labels=False)
    chart.x_labels = histogram.labels
    chart.x_labels_major_every = _every(histogram.labels)
    chart.y_labels = [{"value": tick, "label": _number(tick)} for tick in ticks(max(histogram.rows))]
    chart.add("", histogram.rows)
    return _svg(chart, f"Rows by {histogram.column} ({histogram.unit})")


def _every(labels: list[str]) -> int:
    """Return how many labels stand for one that is shown, so that none touches the next."""
    widest = max(map(len, labels)) * LETTER + LETTER
    return math.ceil(len(labels) * widest / PLOT_WIDTH)


def _settings(height: int) -> dict[str, object]:
    return {
        "style": STYLE,
        "js": [],
        "disable_xml_declaration": True,
        "width": 520,
        "height": height,
        "show_legend": False,
        "include_x_axis": True,
        "truncate_label": -1,
        "show_y_guides": False,
        "show_x_guides": False,
        "margin": 10,
    }


def _colour(number: int) -> str:
    return "var(--left)" if number else "var(--bar)"


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _svg(chart: pygal.graph.graph.Graph, title: str) -> str:
    """Return a chart as an element of the page, without script, named for those who cannot see it."""
    ET.register_namespace("", SVG)
    tree = ET.fromstring(chart.render(is_unicode=True))  # noqa: S314 (the library's own text)
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("script", "title", "desc"):
                parent.remove(child)
    tree.attrib.pop("height", None)
    tree.set("role", "img")
    tree.set("aria-label", title)
    return ET.tostring(tree, encoding="unicode")
