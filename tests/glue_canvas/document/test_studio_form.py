"""The form of Studio's git integration: what another JSON library wrote becomes what Studio would have written."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from glue_canvas.cli import main
from glue_canvas.document.canvas import NODES_KEY, CanvasError, parse_canvas
from glue_canvas.document.java_hash import bucket, table_size
from glue_canvas.document.studio_form import studio_form
from scripts import stedi
from tests.glue_canvas.canvases import GOLDEN, golden

JOBS = sorted(stedi.JOBS.glob("*/*.json"))


def shuffled(value: Any, dice: random.Random) -> Any:
    """Return a value with the keys of its objects in any order."""
    if isinstance(value, dict):
        keys = dice.sample(list(value), len(value))
        return {key: shuffled(value[key], dice) for key in keys}
    return [shuffled(item, dice) for item in value] if isinstance(value, list) else value


def in_turn(before: dict[str, Any], mixed: dict[str, Any]) -> dict[str, Any]:
    """Return mixed nodes where those of one bucket of Java's HashMap stand as before: it keeps their order itself."""
    size = table_size(len(before))
    turns = {number: iter([one for one in before if bucket(one, size) == number]) for number in range(size)}
    return {key: mixed[key] for key in (next(turns[bucket(one, size)]) for one in mixed)}


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.stem)
@pytest.mark.parametrize("as_text", [True, False], ids=["nodes as text", "nodes as JSON"])
def test_any_json_library_may_write_a_canvas(path: Path, as_text: bool) -> None:
    studio = path.read_text(encoding="utf-8")
    definition = shuffled(json.loads(studio), random.Random(path.stem))
    studios = json.loads(definition[NODES_KEY])
    nodes = in_turn(studios, shuffled(studios, random.Random(1)))
    definition[NODES_KEY] = json.dumps(nodes, indent=4) if as_text else nodes
    formatted = studio_form(parse_canvas(json.dumps(definition, indent="\t"), path)).to_text()
    assert formatted == studio


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_second_time_changes_nothing(path: Path) -> None:
    formatted = studio_form(golden(path.stem))
    assert formatted.nodes == golden(path.stem).nodes
    assert studio_form(formatted).to_text() == formatted.to_text()


def test_keys_that_studio_does_not_write_are_kept_at_the_end() -> None:
    text = json.dumps(
        {"mine": 1, "timeout": 5, "name": "j", "maxCapacity": 2, NODES_KEY: '{"node-1": {"K": {"Name": "n"}}}'}
    )
    canvas = studio_form(parse_canvas(text, Path("j.json")))
    assert list(canvas.definition) == ["name", "timeout", "maxCapacity", NODES_KEY, "mine"]
    assert '"maxCapacity" : 2.0' in canvas.to_text()


def test_format_and_check_fix_write_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["format"], ["check", "--fix"]):
        folder = tmp_path / command[0] / JOBS[0].stem
        folder.mkdir(parents=True)
        file = folder / JOBS[0].name
        file.write_text(json.dumps(json.loads(JOBS[0].read_text()), sort_keys=True, indent=1))
        (folder / f"{JOBS[0].stem}.py").write_bytes(JOBS[0].with_suffix(".py").read_bytes())
        assert main(["check", str(folder)]) == 1
        assert "`glue-canvas check --fix` rewrites the file" in capsys.readouterr().out
        assert main([*command, str(file)]) == 0
        assert file.read_bytes() == JOBS[0].read_bytes()
        assert main(["check", str(folder)]) == 0


def test_a_mark_before_the_text_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / JOBS[0].name
    file.write_bytes(b"\xef\xbb\xbf" + JOBS[0].read_bytes())
    assert main(["format", str(file)]) == 0
    assert file.read_bytes() == JOBS[0].read_bytes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"name": "j",\n "timeout": 5,,\n}', "j.json: not JSON at line 2, column 15: "),
        (
            json.dumps({"name": "j", NODES_KEY: '{"node-1": {"Filter": {"Name": "n" "x": 1}}}'}),
            f"j.json: inside {NODES_KEY}: not JSON at line 1, column 36: Expecting ',' delimiter, near ",
        ),
        ('{"name": "j",\n  "timeout: 5,\n  "city": 2}', "Invalid control character, near '\"timeout: 5,'"),
        ("", "j.json: not JSON at line 1, column 1: Expecting value"),
        (
            json.dumps({"name": "j", NODES_KEY: '{\n "node-1": {\n  "Filter": {"Name": }}}'}),
            f"j.json: inside {NODES_KEY}: not JSON at line 3, column 22: ",
        ),
    ],
)
def test_a_fault_is_told_with_its_place_in_the_inner_text(text: str, words: str) -> None:
    with pytest.raises(CanvasError) as error:
        parse_canvas(text, Path("j.json"))
    assert words in str(error.value)


def test_import_takes_a_canvas_file_that_another_tool_wrote(tmp_path: Path) -> None:
    file = tmp_path / "edited.json"
    file.write_text(json.dumps(json.loads(JOBS[0].read_text()), indent=1))
    assert main(["import", str(file), "--folder", str(tmp_path / "jobs")]) == 0
    assert (tmp_path / "jobs" / JOBS[0].stem / JOBS[0].name).read_bytes() == JOBS[0].read_bytes()
