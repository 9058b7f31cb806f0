"""The picture of how programs' times grow with the data."""

from __future__ import annotations

from pathlib import Path

import pygal
from pygal.style import Style

from scripts.report.round_numbers import powers

STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    colors=("#0972d3", "#1d8102", "#9c3fb5", "#b7791f", "#d13212"),
    font_family="system-ui, sans-serif",
)


def draw_growth(medians: dict[int, dict[str, float]], file: Path) -> None:
    """Draw seconds over the size of the data, both in powers of ten, as an SVG file.

    Parameters
    ----------
    medians
        Size, as a multiple of the landing data, to program to seconds.
    """
    chart = pygal.Line(
        style=STYLE,
        logarithmic=True,
        js=[],
        disable_xml_declaration=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        title="Seconds from start to exit, by size of the data",
    )
    chart.x_labels = [f"{times} time{'s' * (times > 1)}" for times in medians]
    seconds_seen = [one for seconds in medians.values() for one in seconds.values() if one]
    chart.y_labels = [{"value": tick, "label": f"{tick:g}"} for tick in powers(min(seconds_seen), max(seconds_seen))]
    for program in next(iter(medians.values())):
        chart.add(program, [round(seconds[program], 2) if program in seconds else None for seconds in medians.values()])
    file.write_text(chart.render(is_unicode=True) + "\n", encoding="utf-8")
