"""Where boxes stand."""

from __future__ import annotations

from typing import Any

import pytest

from glue_canvas.drawing.layout import BOX_HEIGHT, lay_out
from glue_canvas.drawing.picture import Arrow, Box, Picture, canvas_picture
from glue_canvas.drawing.svg import draw_svg
from tests.glue_canvas.canvases import canvas_of
from tests.glue_canvas.drawings import JOBS


def test_sources_stand_above_what_they_feed_and_boxes_beside_each_other() -> None:
    for canvas in JOBS:
        picture = canvas_picture(canvas)
        layout = lay_out(picture)
        for arrow in picture.arrows:
            assert layout.corners[arrow.start][1] + BOX_HEIGHT < layout.corners[arrow.end][1]
        corners = list(layout.corners.values())
        for index, (x, y) in enumerate(corners):
            assert 0 <= x <= layout.width - layout.box_width
            for other_x, other_y in corners[index + 1 :]:
                assert abs(x - other_x) >= layout.box_width or abs(y - other_y) >= BOX_HEIGHT
        for line in layout.lines:
            assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in line)


def test_parts_that_are_not_connected_and_a_lonely_box_are_drawn() -> None:
    boxes = [Box(name, name, "k", "transform") for name in "abcd"]
    layout = lay_out(Picture("p", boxes, [Arrow("a", "b"), Arrow("c", "b")]))
    assert set(layout.corners) == set("abcd")
    circle = lay_out(Picture("p", boxes[:2], [Arrow("a", "b"), Arrow("b", "a")]))
    assert circle.corners["a"][1] < circle.corners["b"][1]
    with pytest.raises(ValueError, match="no box at one end"):
        lay_out(Picture("p", boxes, [Arrow("a", "z")]))


def test_a_large_canvas_is_drawn() -> None:
    nodes: list[tuple[str, str, dict[str, Any]]] = [
        ("1", "CatalogSource", {"Name": "S1", "Database": "d", "Table": "t"})
    ]
    for number in range(2, 201):
        feeding = [str(one) for one in range(max(1, number - 12), number)]
        nodes.append(
            (str(number), "CustomCode", {"Name": f"C{number}", "Inputs": feeding, "ClassName": "T", "Code": "pass"})
        )
    canvas = canvas_of(*nodes)
    assert draw_svg(canvas_picture(canvas)).count('class="box"') == 200
