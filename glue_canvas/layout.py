"""Where the boxes of a picture stand: layers from the sources down, few crossings."""

from __future__ import annotations

from dataclasses import dataclass

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout

from glue_canvas.picture import Picture

BOX_WIDTH, BOX_HEIGHT = 232, 60
GAP_X, GAP_Y = 28, 46
MARGIN = 16
ROUNDS = 12

Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Positions in pixels.

    Attributes
    ----------
    width, height
        Of the whole drawing.
    corners
        Box id to the upper left corner.
    lines
        For each arrow of the picture, in its order, the points it goes through.
    """

    width: float
    height: float
    corners: dict[str, Point]
    lines: list[list[Point]]


class _View:
    """What grandalf wants to know of a box, and where it puts its answer."""

    def __init__(self) -> None:
        self.w, self.h = BOX_WIDTH, BOX_HEIGHT
        self.xy: Point = (0.0, 0.0)


class _Line:
    """What grandalf wants to know of an arrow, and where it puts its answer."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def setpath(self, points: list[Point]) -> None:
        """Take the points of the arrow."""
        self.points = list(points)


def lay_out(picture: Picture) -> Layout:
    """Compute the positions; the same picture gives the same ones.

    Raises
    ------
    ValueError
        An arrow begins or ends at no box.
    """
    vertices = {box.id: Vertex(box.id) for box in picture.boxes}
    for vertex in vertices.values():
        vertex.view = _View()
    edges = [_edge(vertices, arrow.start, arrow.end) for arrow in picture.arrows]
    components = Graph(list(vertices.values()), edges).C
    left = float(MARGIN)
    for component in components:
        left = _place(component, left)
    return _positions(vertices, edges)


def _edge(vertices: dict[str, Vertex], start: str, end: str) -> Edge:
    if start not in vertices or end not in vertices:
        raise ValueError(f"the arrow from {start} to {end} has no box at one end")
    edge = Edge(vertices[start], vertices[end])
    edge.view = _Line()
    return edge


def _place(component: object, left: float) -> float:
    """Lay out one connected part to the right of `left`, and return where the next one begins."""
    layout = SugiyamaLayout(component)
    layout.xspace, layout.yspace = GAP_X, GAP_Y
    vertices = list(component.sV)  # type: ignore[attr-defined]
    layout.init_all(roots=[vertex for vertex in vertices if not vertex.e_in()] or vertices[:1])
    layout.draw(ROUNDS)
    edges = list(component.sE)  # type: ignore[attr-defined]
    points = [vertex.view.xy for vertex in vertices] + [point for edge in edges for point in edge.view.points]
    shift_x = left + BOX_WIDTH / 2 - min(x for x, _ in points)
    shift_y = MARGIN + BOX_HEIGHT / 2 - min(y for _, y in points)
    for vertex in vertices:
        vertex.view.xy = (vertex.view.xy[0] + shift_x, vertex.view.xy[1] + shift_y)
    for edge in edges:
        edge.view.points = [(x + shift_x, y + shift_y) for x, y in edge.view.points]
    right: float = max(x for x, _ in points) + shift_x
    return right + BOX_WIDTH / 2 + GAP_X


def _positions(vertices: dict[str, Vertex], edges: list[Edge]) -> Layout:
    corners = {
        box_id: (round(vertex.view.xy[0] - BOX_WIDTH / 2, 1), round(vertex.view.xy[1] - BOX_HEIGHT / 2, 1))
        for box_id, vertex in vertices.items()
    }
    lines = [_line(edge) for edge in edges]
    width = max(x for x, _ in corners.values()) + BOX_WIDTH + MARGIN
    height = max(y for _, y in corners.values()) + BOX_HEIGHT + MARGIN
    return Layout(width, height, corners, lines)


def _line(edge: Edge) -> list[Point]:
    """Return the points from the lower edge of the first box to the upper edge of the second."""
    start, end = edge.v[0].view.xy, edge.v[1].view.xy
    between = edge.view.points[1:-1]
    first, last = (start[0], start[1] + BOX_HEIGHT / 2), (end[0], end[1] - BOX_HEIGHT / 2)
    return [(round(x, 1), round(y, 1)) for x, y in (first, *between, last)]
