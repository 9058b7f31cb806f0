"""Where the boxes of a picture stand: in layers, sources on top, with few crossings (Sugiyama's method).

An arrow that passes layers bends at a point in each of them, and the points take part as narrow boxes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from glue_canvas.drawing.picture import Picture, role_and_label

LEAST_WIDTH, MOST_WIDTH, BOX_HEIGHT, NOTE_HEIGHT = 284, 640, 60, 18
TITLE_LETTER, LABEL_LETTER = 7.8, 6.6
"""How wide a letter of a box's title and label is at most on average, in pixels."""
TEXT_LEFT, TEXT_RIGHT = 18, 16
"""The room before and after a box's text."""
POINT_WIDTH = 12
GAP_X, GAP_Y = 28, 46
MARGIN = 16
ROUNDS, MANY_POINTS = 12, 3000

Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Positions in pixels.

    Attributes
    ----------
    width, height
        Of the whole drawing.
    box_width, box_height
        Of every box: with room for the longest text, and for a note where one has a note.
    corners
        Box id to the upper left corner.
    lines
        For each arrow of the picture, in its order, the points it goes through.
    """

    width: float
    height: float
    box_width: int
    box_height: int
    corners: dict[str, Point]
    lines: list[list[Point]]


@dataclass
class _Grid:
    """Boxes and points by layer, each a string; a point's is no box's id.

    `above` and `below` are the neighbours in the layers next to it.
    """

    layers: list[list[str]]
    above: dict[str, list[str]]
    below: dict[str, list[str]]
    points: set[str]
    box_width: int


def lay_out(picture: Picture) -> Layout:
    """Compute the positions; the same picture gives the same ones.

    Raises
    ------
    ValueError
        An arrow begins or ends at no box.
    """
    depth = _depths(picture)
    grid, ways = _grid(picture, depth)
    rounds = ROUNDS if len(grid.points) < MANY_POINTS else 2
    _order(grid, rounds)
    centers = _centers(grid, rounds)
    left = min((x - _width(grid, name) / 2 for name, x in centers.items()), default=0.0)
    shifted = {name: round(x - left + MARGIN, 1) for name, x in centers.items()}
    return _positions(picture, depth, shifted, ways, grid)


def _box_width(picture: Picture) -> int:
    """Return how wide boxes are so that the longest name is whole; a very long one is not."""
    texts = [len(box.title) * TITLE_LETTER for box in picture.boxes]
    texts += [len(role_and_label(box)) * LABEL_LETTER for box in picture.boxes]
    return round(min(max([LEAST_WIDTH, *(text + TEXT_LEFT + TEXT_RIGHT for text in texts)]), MOST_WIDTH))


def _depths(picture: Picture) -> dict[str, int]:
    """Return the layer of each box: below everything that feeds it; an arrow that closes a circle does not count."""
    feeding: dict[str, list[str]] = {box.id: [] for box in picture.boxes}
    for arrow in picture.arrows:
        if arrow.start not in feeding or arrow.end not in feeding:
            raise ValueError(f"the arrow from {arrow.start} to {arrow.end} has no box at one end")
        feeding[arrow.end].append(arrow.start)
    depth: dict[str, int] = {}
    for _ in picture.boxes:  # a box gets its depth after those above it; a circle is cut at the first box left
        ready = [name for name in feeding if name not in depth and all(one in depth for one in feeding[name])]
        left = [name for name in feeding if name not in depth]
        for name in ready or left[:1]:
            depth[name] = max((depth[one] + 1 for one in feeding[name] if one in depth), default=0)
    return depth


def _grid(picture: Picture, depth: dict[str, int]) -> tuple[_Grid, list[list[str]]]:
    """Return the grid, and for each arrow the names on its way."""
    grid = _Grid([[] for _ in range(max(depth.values(), default=0) + 1)], {}, {}, set(), _box_width(picture))
    for box in picture.boxes:
        _add(grid, box.id, depth[box.id])
    ways = []
    for number, arrow in enumerate(picture.arrows):
        upper, lower = sorted((arrow.start, arrow.end), key=lambda name: depth[name])
        way = [upper]
        for layer in range(depth[upper] + 1, depth[lower]):
            way.append(f"\0{number}/{layer}")
            grid.points.add(way[-1])
            _add(grid, way[-1], layer)
        way.append(lower)
        for one, other in itertools.pairwise(way):
            grid.below[one].append(other)
            grid.above[other].append(one)
        ways.append(way if upper == arrow.start else way[::-1])
    return grid, ways


def _add(grid: _Grid, name: str, layer: int) -> None:
    grid.layers[layer].append(name)
    grid.above[name], grid.below[name] = [], []


def _order(grid: _Grid, rounds: int) -> None:
    """Sort each layer by the middle of its neighbours, from the top and from the bottom in turns."""
    for turn in range(rounds):
        layers, neighbours = (grid.layers, grid.above) if turn % 2 == 0 else (grid.layers[::-1], grid.below)
        for before, layer in itertools.pairwise(layers):
            place = {name: number for number, name in enumerate(before)}
            own = {name: number for number, name in enumerate(layer)}
            layer.sort(key=_middle(neighbours, place, own))


def _middle(
    neighbours: dict[str, list[str]], place: dict[str, int], own: dict[str, int]
) -> Callable[[str], tuple[float, int]]:
    def middle(name: str) -> tuple[float, int]:
        places = [place[one] for one in neighbours[name] if one in place]
        return (fmean(places) if places else float(own[name]), own[name])

    return middle


def _centers(grid: _Grid, rounds: int) -> dict[str, float]:
    """Return each name's x: near the middle of its neighbours, and no two of a layer too near."""
    centers: dict[str, float] = {}
    for layer in grid.layers:
        centers |= dict(zip(layer, _apart(grid, layer, [0.0] * len(layer)), strict=True))
    for turn in range(2 * rounds):
        layers, neighbours = (grid.layers, grid.above) if turn % 2 == 0 else (grid.layers[::-1], grid.below)
        for layer in layers:
            wanted = [fmean([centers[one] for one in neighbours[name]] or [centers[name]]) for name in layer]
            centers |= dict(zip(layer, _apart(grid, layer, wanted), strict=True))
    return centers


def _apart(grid: _Grid, layer: Sequence[str], wanted: list[float]) -> list[float]:
    """Return positions near the wanted ones with room between them: the mean of pushing right and pushing left."""
    rooms = [_room(grid, one, other) for one, other in itertools.pairwise(layer)]
    right, left = list(wanted), list(wanted)
    for index, room in enumerate(rooms):
        right[index + 1] = max(right[index + 1], right[index] + room)
    for index, room in reversed(list(enumerate(rooms))):
        left[index] = min(left[index], left[index + 1] - room)
    return [(one + other) / 2 for one, other in zip(right, left, strict=True)]


def _room(grid: _Grid, one: str, other: str) -> float:
    return (_width(grid, one) + _width(grid, other)) / 2 + GAP_X


def _width(grid: _Grid, name: str) -> int:
    return POINT_WIDTH if name in grid.points else grid.box_width


def _positions(
    picture: Picture, depth: dict[str, int], centers: dict[str, float], ways: list[list[str]], grid: _Grid
) -> Layout:
    width, layers = grid.box_width, len(grid.layers)
    height = BOX_HEIGHT + (NOTE_HEIGHT if any(box.note for box in picture.boxes) else 0)
    step = height + GAP_Y
    corners = {
        box.id: (round(centers[box.id] - width / 2, 1), float(MARGIN + depth[box.id] * step)) for box in picture.boxes
    }
    lines = []
    for way in ways:
        down = depth[way[0]] <= depth[way[-1]]
        first = (centers[way[0]], corners[way[0]][1] + (height if down else 0))
        last = (centers[way[-1]], corners[way[-1]][1] + (0 if down else height))
        passed = [(centers[name], int(name.split("/")[1]) * step) for name in way[1:-1]]
        between = [(x, y) for x, top in passed for y in _edges(top, height, down)]
        lines.append([first, *between, last])
    right = max([x + width for x, _ in corners.values()] + [x for line in lines for x, _ in line], default=0.0)
    return Layout(right + MARGIN, 2 * MARGIN + layers * step - GAP_Y, width, height, corners, lines)


def _edges(top: int, height: int, down: bool) -> list[float]:
    """Return where an arrow enters and leaves a layer, which it passes straight."""
    edges = [float(MARGIN + top), float(MARGIN + top + height)]
    return edges if down else edges[::-1]
