"""The data at a node of an unsaved canvas; nothing of it stays."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from glue_studio.server.workspace import Workspace
from tests.glue_studio.studios import Client, files_below

JOB = "machine_learning_curated"
CODE = "node-1793619690000"


def node_of(opened: dict[str, Any], name: str) -> str:
    return str(next(node["id"] for node in opened["inspection"]["nodes"] if node["name"] == name))


def preview(client: Client, text: str, node: str, rows: int = 200) -> Any:
    return client.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": node, "rows": rows})


def custom(client: Client, text: str, after: str, code: str) -> tuple[str, str]:
    """Add a Custom Transform; return the text and its id."""
    edited = client.edit(
        JOB, text, do="add", kind="CustomCode", name="Mine", after=after, fields={"ClassName": "Mine", "Code": code}
    )
    return edited["text"], edited["selected"][0]


def test_every_node_shows_its_rows_and_the_lake_stays(filled: Client, filled_workspace: Workspace) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    before = files_below(filled_workspace.lake)
    counts = {one["node"]: one["rows"] for one in filled.post(f"/api/jobs/{JOB}/counts", {"text": opened["text"]})}
    for node in opened["inspection"]["nodes"]:
        (frame,) = preview(filled, opened["text"], node["id"])["frames"]
        # what comes into the target is what leaves the node before it
        assert frame["total"] == counts[node["id"] if node["id"] in counts else node["inputs"][0]]
        assert len(frame["rows"]) == min(frame["total"], 200)
        if node["columns"] is not None:
            assert [column["name"] for column in frame["columns"]] == [column["name"] for column in node["columns"]]
    assert files_below(filled_workspace.lake) == before


def test_the_last_node_has_the_rows_of_the_table(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    (frame,) = preview(filled, opened["text"], node_of(opened, "Select From Collection"), rows=1000)["frames"]
    names = [column["name"] for column in frame["columns"]]
    answer = filled.post("/api/query", {"sql": f"select {', '.join(names)} from {JOB}"})
    assert frame["total"] == len(answer["rows"]) > 0
    assert sorted(map(str, frame["rows"])) == sorted(map(str, answer["rows"]))


def test_a_node_that_fails_says_so_and_what_is_before_it_can_be_seen(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "raise ValueError('no such thing')")
    failed = filled.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": mine}, status=422)
    assert (failed["node"], failed["stopped"]) == ("Mine", False)
    assert "ValueError: no such thing" in failed["detail"]
    assert preview(filled, text, source)["frames"][0]["total"] > 0


def test_what_a_transform_writes_or_purges_is_thrown_away(filled: Client, filled_workspace: Workspace) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    code = (
        'glueContext.purge_table(database="stedi", table_name="customer_trusted", options={"retentionPeriod": 0})\n'
        "frame = dfc.select(list(dfc.keys())[0])\n"
        "glueContext.write_dynamic_frame.from_catalog(frame, 'stedi', 'step_trainer_trusted')\n"
        "print('printed')\nreturn dfc"
    )
    text, mine = custom(filled, opened["text"], node_of(opened, "step_trainer_trusted"), code)
    before = files_below(filled_workspace.lake)
    assert preview(filled, text, mine)["frames"][0]["total"] > 0
    assert files_below(filled_workspace.lake) == before


def test_a_hanging_transform_is_stopped_and_the_next_preview_works(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "import time\ntime.sleep(600)\nreturn dfc")
    answers: list[Any] = []
    body = {"text": text, "node": mine}
    asked = threading.Thread(target=lambda: answers.append(filled.post(f"/api/jobs/{JOB}/preview", body, status=422)))
    asked.start()
    while asked.is_alive():
        time.sleep(0.5)
        filled.post(f"/api/jobs/{JOB}/preview/stop")
    assert answers[0] == {"detail": "stopped", "node": "", "stopped": True}
    assert preview(filled, text, source)["frames"][0]["total"] > 0


def test_a_transform_that_ends_the_process_does_not_end_the_studio(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "import os\nos._exit(3)")
    failed = filled.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": mine}, status=422)
    assert failed["detail"] == "the script ended the process that ran it, with code 3"
    assert preview(filled, text, source)["frames"][0]["total"] > 0


def test_what_cannot_be_shown_is_a_sentence(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    edited = filled.edit(JOB, opened["text"], do="add", kind="CatalogTarget", name="Lone")
    refused = filled.refused(f"/api/jobs/{JOB}/preview", {"text": edited["text"], "node": edited["selected"][0]})
    assert "nothing feeds it yet" in refused
    half = filled.edit(JOB, opened["text"], do="add", kind="Join", name="Half")
    refused = filled.refused(f"/api/jobs/{JOB}/preview", {"text": half["text"], "node": half["selected"][0]})
    assert "2 inputs" in refused or "inputs" in refused
    assert preview(filled, half["text"], node_of(opened, "step_trainer_trusted"))["frames"][0]["total"] > 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = 1", "no frame leaves the node"),
        ("return dfc.select(list(dfc.keys())[0]).toDF()", "no frame leaves the node"),
        ("import sys\nsys.exit()", 'the script ended before "Mine"'),
    ],
)
def test_a_node_that_gives_nothing_does_not_show_the_rows_of_its_parent(filled: Client, code: str, words: str) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    text, mine = custom(filled, opened["text"], node_of(opened, "step_trainer_trusted"), code)
    failed = filled.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": mine}, status=422)
    assert words in failed["detail"]
    assert failed["node"] == "Mine"


def test_a_script_meets_nothing_that_another_one_set(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    sets = (
        "import os\nos.chdir('/')\nos.environ['MINE'] = 'yes'\n"
        "glueContext.spark_session.conf.set('spark.sql.session.timeZone', 'Asia/Tokyo')\nreturn dfc"
    )
    meets = (
        "import os\nspark = glueContext.spark_session\n"
        "zone = spark.conf.get('spark.sql.session.timeZone')\n"
        "df = spark.createDataFrame([(os.environ.get('MINE', 'no'), zone, os.getcwd() == '/')], 'a string, b string, c boolean')\n"
        "return DynamicFrameCollection({'rows': DynamicFrame.fromDF(df, glueContext, 'rows')}, glueContext)"
    )
    text, mine = custom(filled, opened["text"], source, meets)
    before = preview(filled, text, mine)["frames"][0]["rows"]
    other, theirs = custom(filled, opened["text"], source, sets)
    preview(filled, other, theirs)
    assert preview(filled, text, mine)["frames"][0]["rows"] == before
    assert before[0][0] == "no"


def test_values_of_any_type_are_shown(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    query = (
        "select interval '1' day as i, cast(null as int) as n, cast('1.10' as decimal(5, 2)) as d, date '1969-12-31' as old, "
        "timestamp '1600-01-01 00:00:00' as older, double('NaN') as nan, 9007199254740993 as big, "
        "named_struct('a', array(1, 2)) as s, binary('ab') as b"
    )
    added = filled.edit(
        JOB, opened["text"], do="add", kind="SparkSQL", name="Odd",
        inputs=[node_of(opened, "step_trainer_trusted")], fields={"SqlQuery": query},
    )  # fmt: skip
    (frame,) = preview(filled, added["text"], added["selected"][0])["frames"]
    row = dict(zip([column["name"] for column in frame["columns"]], frame["rows"][0], strict=True))
    assert row.pop("i")
    assert row == {
        "n": None, "d": "1.10", "old": "1969-12-31", "older": "1600-01-01 00:00:00", "nan": "nan",
        "big": "9007199254740993", "s": {"a": [1, 2]}, "b": "YWI=",
    }  # fmt: skip


def test_data_quality_in_a_preview_leaves_no_history_and_no_results(
    filled: Client, filled_workspace: Workspace
) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    fields = {
        "Ruleset": "Rules = [ RowCount > avg(last(3)) ]",
        "Output": "PrimaryInput",
        "PublishingOptions": {"ResultsS3Prefix": "s3://stedi-lake/dq", "EvaluationContext": "mine"},
    }
    added = filled.edit(
        JOB, opened["text"], do="add", kind="EvaluateDataQuality", name="Rules",
        inputs=[node_of(opened, "step_trainer_trusted")], fields=fields,
    )  # fmt: skip
    before = files_below(filled_workspace.lake)
    filled.http.post(f"/api/jobs/{JOB}/preview", json={"text": added["text"], "node": added["selected"][0]})
    assert files_below(filled_workspace.lake) == before


def test_a_newer_preview_of_a_page_takes_the_place_of_the_one_before(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "import time\ntime.sleep(600)\nreturn dfc")
    answers: list[Any] = []
    hanging = {"text": text, "node": mine, "page": "one"}
    asked = [
        threading.Thread(
            target=lambda: answers.append(filled.post(f"/api/jobs/{JOB}/preview", hanging, status=422)["stopped"])
        )
        for _ in range(8)
    ]
    for thread in asked:
        thread.start()
    time.sleep(0.5)
    start = time.monotonic()
    body = {"text": text, "node": source, "page": "one"}
    assert filled.post(f"/api/jobs/{JOB}/preview", body)["frames"][0]["total"] > 0
    assert time.monotonic() - start < 30
    for thread in asked:
        thread.join(30)
    assert answers == [True] * 8


def test_a_run_does_not_fail_because_of_a_preview(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "import time\ntime.sleep(600)\nreturn dfc")
    answers: list[Any] = []
    body = {"text": text, "node": mine}
    asked = threading.Thread(target=lambda: answers.append(filled.post(f"/api/jobs/{JOB}/preview", body, status=422)))
    asked.start()
    time.sleep(3)
    run = filled.post("/api/runs", {"which": "job", "job": "customer_landing_to_trusted"}, status=201)
    refused = filled.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": source}, status=422)
    assert "a run is going on" in refused["detail"]
    while filled.get(f"/api/runs/{run['id']}")["state"] == "running":
        time.sleep(0.1)
    assert filled.get(f"/api/runs/{run['id']}")["state"] == "succeeded"
    asked.join(30)
    assert answers[0]["stopped"]


def test_two_sources_of_one_name_are_counted_apart(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    canvas = json.loads(opened["text"])
    nodes = json.loads(canvas["codeGenConfigurationNodes"])
    sources = [one["CatalogSource"] for one in nodes.values() if "CatalogSource" in one]
    counts = {one["node"]: one["rows"] for one in filled.post(f"/api/jobs/{JOB}/counts", {"text": opened["text"]})}
    for one in sources:
        one["Name"] = "same"
    text = json.dumps({**canvas, "codeGenConfigurationNodes": json.dumps(nodes)})
    again = {one["node"]: one["rows"] for one in filled.post(f"/api/jobs/{JOB}/counts", {"text": text})}
    there = {node: again.get(node) for node, body in nodes.items() if "CatalogSource" in body}
    assert there == {node: counts[node] for node in there}


def test_a_preview_does_not_change_the_catalog(filled: Client, filled_workspace: Workspace) -> None:
    for file in filled_workspace.ddl_folder.glob("*.sql"):
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    filled_workspace.values = {}
    before = files_below(filled_workspace.lake)
    opened = filled.get(f"/api/jobs/{JOB}")
    assert preview(filled, opened["text"], node_of(opened, "step_trainer_trusted"))["frames"][0]["total"] > 0
    assert files_below(filled_workspace.lake) == before
