"""The page about a run: its numbers are those of the tables, its counts add up, and everybody can read it."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from awsglue_local import GlueLocalError
from awsglue_local.athena.queries import open_lake
from awsglue_local.storage.lake import LOCK_FILE, WORK_FOLDER, Lake, data_files
from scripts import stedi
from scripts.local import run_command, run_jobs
from scripts.report import beside, command, distribution
from scripts.report.distribution import histograms
from scripts.report.findings import find_all
from scripts.report.funnel import Reasons
from scripts.report.page import Page, accounts_of
from tests.conftest import SAMPLE_LANDING
from tests.lakehouse.tables import DEFINITIONS, ZONES
from tests.scripts.report.browser import accessibility

CHECKS = len(list(stedi.CHECKS.glob("*.sql")))


def run(landing: Path, lake: Path) -> dict[str, Any]:
    """Run the jobs as `make run` does, and return the account."""
    run_jobs.run_jobs(landing, lake, "sail", Console(quiet=True))
    return account_of(lake)


def account_of(lake: Path) -> dict[str, Any]:
    return dict(json.loads((lake / "run.json").read_text()))


@pytest.fixture(scope="module")
def sample_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("sample")
    run(SAMPLE_LANDING, lake)
    return lake


@pytest.fixture(scope="module")
def real_lake(tmp_path_factory: pytest.TempPathFactory, real_landing: Path) -> Path:
    lake = tmp_path_factory.mktemp("real")
    run(real_landing, lake)
    return lake


class Text(HTMLParser):
    """Collects the words of a page, and the tags of its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def stages(lake: Path) -> dict[str, Reasons]:
    with open_lake(lake, stedi.DATABASE) as opened:
        found = find_all(opened, stedi.tables())
        return {one.stage.query: one for one in found.funnel(opened, account_of(lake)["bad_records"])}


def build_page(lake: Path) -> str:
    """Return the page as HTML, with all that queries over the tables find."""
    _, failure = accounts_of(lake)
    page = Page(lake)
    if failure:
        return page.text(None, None)
    with open_lake(lake, stedi.DATABASE) as tables:
        return page.text(find_all(tables, page.lakehouse.tables), tables)


def files_of(lake: Path, table: str) -> list[Path]:
    return data_files(Lake(lake).path(DEFINITIONS[table].location))


def lines_in(landing: Path, source: str) -> int:
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in data_files(landing / source / "landing"))


def test_the_reasons_of_the_sample_data(sample_lake: Path) -> None:
    found = stages(sample_lake)
    assert [one.faults for one in found.values()] == [[]] * len(found)
    for query, source in (("customer_records", "customer"), ("readings", "accelerometer"), ("steps", "step_trainer")):
        assert found[query].total == lines_in(SAMPLE_LANDING, source)
        assert found[query].left["broken record"] == 1
    # the special people of the sample data: one of each withdraws, moves, shares a serial number at the same moments
    assert found["customer_records"].left["consent withdrawn later"] == 1
    assert found["customer_records"].left["a later record counts"] == 1
    assert found["trusted_steps"].left["ambiguous serial number"] == 16
    assert found["readings"].left["nobody's e-mail"] == 5


def test_the_reasons_of_the_real_data(real_lake: Path) -> None:
    found = stages(real_lake)
    assert [one.faults for one in found.values()] == [[]] * len(found)
    assert found["customer_records"].left == {"no consent": 474}
    assert found["trusted_customers"].left == {"no readings since the consent": 18}
    # 40,981 readings are of people who consented at some time
    assert found["readings"].left == {"no consent": 81_273 - 40_981, "before consent": 40_981 - 32_025}
    assert found["steps"].left == {"device of no curated customer": 28_680 - 13_920}
    assert found["training_rows"].kept == 32_025


@pytest.mark.parametrize("which", ["sample_lake", "real_lake"])
def test_the_numbers_on_the_page_are_those_of_the_tables(which: str, request: pytest.FixtureRequest) -> None:
    lake: Path = request.getfixturevalue(which)
    page = build_page(lake)
    text = Text(page).text
    account = account_of(lake)
    rows = {name: sum(pq.read_metadata(file).num_rows for file in files_of(lake, name)) for name in account["tables"]}
    assert set(rows) >= set(ZONES)
    assert account["tables"] == rows
    assert f"{rows[stedi.TRAINING_TABLE]:,} training rows" in text
    assert f"{rows['customers_curated']:,} curated customers" in text
    assert f"{sum(account['bad_records'].values())} broken records skipped" in text
    assert f"{CHECKS} of {CHECKS} checks passed" in text
    assert "0 of 5 personal columns reach the training data" in text
    flow = re.findall(r'<text class="rows"[^>]*>([^<]*)</text>', page)
    measured = [count for job in account["jobs"] for place in ("reads", "writes") for count in job[place].values()]
    assert sorted(flow) == sorted(f"{count:,}" for count in measured)
    for job in account["jobs"]:
        for node in job["nodes"]:
            if node["rows"] is not None:
                assert f"{node['rows']:,} rows, " in text


def test_the_histograms_hold_every_row(real_lake: Path) -> None:
    with open_lake(real_lake, stedi.DATABASE) as opened:
        found = {one.column: one for one in histograms(opened)}
    assert {column: sum(one.rows) for column, one in found.items()} == dict.fromkeys(
        ["x", "y", "z", "distancefromobject", "timestamp"], 32_025
    )
    assert found["x"].labels == ["-1", "0", "1"]


def odd_landing(value: str, many: bool, landing: Path) -> None:
    """Copy the sample data, with one value for each `x` of the first file, and with many different ones for `y`."""
    shutil.copytree(SAMPLE_LANDING, landing)
    for number, file in enumerate(data_files(landing / "accelerometer" / "landing")):
        lines = file.read_text(encoding="utf-8").splitlines()
        if many:
            lines = [re.sub(r'"y": [^,]*', f'"y": {place / 7}', line) for place, line in enumerate(lines)]
        odd = [re.sub(r'"x": [^,]*', f'"x": {value}', line) if number == 0 else line for line in lines]
        file.write_text("\n".join(odd), encoding="utf-8")


@pytest.mark.parametrize("value", ["null", "NaN", "Infinity", "1.7e308", "-1.7e308"])
@pytest.mark.parametrize("many", [False, True])
def test_odd_measurements_are_counted_and_not_drawn(value: str, many: bool, tmp_path: Path) -> None:
    odd_landing(value, many, tmp_path / "landing")
    account = run(tmp_path / "landing", tmp_path / "lake")
    with open_lake(tmp_path / "lake", stedi.DATABASE) as opened:
        found = {one.column: one for one in histograms(opened)}
    assert found["x"].without > 0
    assert sum(found["x"].rows) + found["x"].without == account["tables"][stedi.TRAINING_TABLE]
    assert sum(found["y"].rows) == account["tables"][stedi.TRAINING_TABLE]


def test_the_page_says_how_many_measurements_are_not_drawn(tmp_path: Path) -> None:
    odd_landing("NaN", True, tmp_path / "landing")
    run(tmp_path / "landing", tmp_path / "lake")
    with open_lake(tmp_path / "lake", stedi.DATABASE) as opened:
        (without,) = [one.without for one in histograms(opened) if one.column == "x"]
    assert f"{without:,} rows have no such value" in Text(build_page(tmp_path / "lake")).text


def test_a_time_beyond_the_calendar() -> None:
    assert distribution._label("timestamp", 9223372036854775807) == "9223372036854775807"


def test_the_page_needs_nothing_but_itself(sample_lake: Path) -> None:
    assert command.report(sample_lake, Console(quiet=True)) == 0
    page = sample_lake / "report.html"
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_size < 1 << 20
    assert set(re.findall(r"""https?://[^"'<\s]*""", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"""(src|href)=["'](?!#)""", text)
    assert "script" not in Text(text).tags
    assert not list(sample_lake.glob("*.new"))


def test_the_first_run_and_the_one_after(tmp_path: Path) -> None:
    run(SAMPLE_LANDING, tmp_path)
    assert "This was the first run in this lake." in Text(build_page(tmp_path)).text
    landing = tmp_path / "landing"
    shutil.copytree(SAMPLE_LANDING, landing)
    customers = landing / "customer" / "landing" / "customer-0.json"
    kept = [line for line in customers.read_text(encoding="utf-8").splitlines() if "customer.00003@" not in line]
    customers.write_text("\n".join(kept), encoding="utf-8")
    before = account_of(tmp_path)["tables"]
    now = run(landing, tmp_path)["tables"]
    text = Text(build_page(tmp_path)).text
    for table, rows in now.items():
        change = rows - before[table]
        assert f"{table} {rows:,} {before[table]:,} {f'{change:+,}' if change else '±0'}" in text
    assert now["customers_curated"] == before["customers_curated"] - 1


def failing_run(folder: Path) -> list[str]:
    """Return the arguments of a run that fails on a reading's time; its lake is the folder `lake`."""
    lake, landing = folder / "lake", folder / "landing"
    shutil.copytree(SAMPLE_LANDING, landing)
    good = (landing / "accelerometer" / "landing" / "accelerometer-0.json").read_text(encoding="utf-8")
    bad = '{"user": "a@b.c", "timestamp": "<b>noon</b>"}\n'
    (landing / "accelerometer" / "landing" / "accelerometer-0.json").write_text(bad + good, encoding="utf-8")
    return ["run_jobs", "--landing", str(landing), "--lake", str(lake), "--report"]


def test_a_run_that_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lake, given = tmp_path / "lake", failing_run(tmp_path)
    monkeypatch.setattr("sys.argv", given)
    assert run_command.main() == 1
    assert f"Open {lake / 'report.html'} in a browser" in capsys.readouterr().out.replace("\n", "")
    page = (lake / "report.html").read_text(encoding="utf-8")
    assert "The last run failed in accelerometer_landing_to_trusted" in page
    assert "No run has succeeded yet" in page
    assert "&lt;b&gt;noon" in page
    assert "<b>" not in page
    run(SAMPLE_LANDING, lake)
    assert "The last run failed" not in Text(build_page(lake)).text
    assert run_command.main() == 1
    text = Text(build_page(lake)).text
    assert "The last run failed in accelerometer_landing_to_trusted" in text
    assert "what the tables hold together is shown after the next run that ends well" in text
    assert "training rows" not in text


def test_everybody_can_read_the_page_of_a_failure(
    browser: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", failing_run(tmp_path))
    assert run_command.main() == 1
    page = (tmp_path / "lake" / "report.html").read_text(encoding="utf-8")
    assert accessibility(browser, page, tmp_path, 500, False)["violations"] == []


def test_data_that_is_not_as_it_should_be_is_said_first(tmp_path: Path) -> None:
    run(SAMPLE_LANDING, tmp_path)
    file = files_of(tmp_path, "accelerometer_trusted")[0]
    rows = pq.read_table(file)
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), file)
    text = Text(build_page(tmp_path)).text
    assert "The data is not as it should be" in text
    assert "16 of 17 checks passed" in text
    assert "900 accelerometer readings should be in accelerometer_trusted, which has 901 rows" in text


def test_no_training_data_is_not_as_it_should_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landing, lake = tmp_path / "landing", tmp_path / "lake"
    shutil.copytree(SAMPLE_LANDING, landing)
    for file in data_files(landing / "accelerometer" / "landing"):
        file.write_text(file.read_text(encoding="utf-8").replace('"user"', '"userName"'), encoding="utf-8")
    console = Console(width=200)
    run_jobs.show(run_jobs.run_jobs(landing, lake, "sail", console), console)
    printed = capsys.readouterr().out
    assert "machine_learning_curated have no rows" in printed
    assert "table stedi.accelerometer_landing: column 'user' has no value in any record" in printed
    text = Text(build_page(lake)).text
    assert "The data is not as it should be" in text
    assert "There is no training data" in text
    assert "column 'user' has no value in any record" in text
    assert "It has no rows." in text


def test_a_script_that_is_not_its_canvas_is_said(
    sample_lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(stedi.JOBS, tmp_path / "jobs")
    script = tmp_path / "jobs" / "machine_learning_curated" / "machine_learning_curated.py"
    script.write_text(script.read_text().replace('paths=["wearer", ', "paths=["))
    monkeypatch.setattr(stedi, "JOBS", tmp_path / "jobs")
    text = Text(build_page(sample_lake)).text
    assert "The data is not as it should be" in text
    assert "machine_learning_curated: " in text
    assert "The script ran; this page shows columns and pictures from the canvas." in text


def run_with_page(landing: Path, lake: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the jobs as `make run` does, and return the page."""
    monkeypatch.setattr("sys.argv", ["run_jobs", "--landing", str(landing), "--lake", str(lake), "--report"])
    assert run_command.main() == 0
    return (lake / "report.html").read_text(encoding="utf-8")


def test_the_page_made_beside_a_run_has_all_that_is_found_of_small_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run_with_page(SAMPLE_LANDING, tmp_path / "lake", monkeypatch)
    beside_run, alone = (
        Text(re.sub(r"chart-[-0-9a-f]+", "chart", one)).text for one in (page, build_page(tmp_path / "lake"))
    )
    assert beside_run == alone
    assert f"{CHECKS} of {CHECKS} checks passed" in beside_run
    assert "put off" not in beside_run


def test_of_large_data_questions_are_put_off_until_they_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "ASKED_BYTES", 1000)
    lake = tmp_path / "lake"
    text = Text(run_with_page(SAMPLE_LANDING, lake, monkeypatch)).text
    assert "The run succeeded; the data has not been checked yet" in text
    assert "make report adds them" in text
    assert "checks passed" not in text
    assert command.report(lake, Console(quiet=True)) == 0
    text = Text((lake / "report.html").read_text(encoding="utf-8")).text
    assert "The data is as it should be" in text
    assert f"{CHECKS} of {CHECKS} checks passed" in text


def test_a_report_counts_what_a_run_did_not_need_to_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = tmp_path / "lake"
    page = run_with_page(SAMPLE_LANDING, lake, monkeypatch)
    before = account_of(lake)
    files = {table: files_of(lake, table) for table in ZONES}
    assert "make report</code> counts them" in page
    assert command.report(lake, Console(quiet=True)) == 0
    after = account_of(lake)
    assert [one.name for one in (lake / WORK_FOLDER).iterdir()] == [LOCK_FILE]
    assert {table: files_of(lake, table) for table in ZONES} == files
    assert "make report</code> counts them" not in (lake / "report.html").read_text(encoding="utf-8")
    rows = {
        (job["name"], node["name"]): (old["rows"], node["rows"])
        for job, old_job in zip(after["jobs"], before["jobs"], strict=True)
        for node, old in zip(job["nodes"], old_job["nodes"], strict=True)
        if node["leaves"]
    }
    assert all(new is not None and old in (None, new) for old, new in rows.values())
    # what one reads in the sample data: those who consented, and of them those who still do
    consented, still = (
        rows[("customer_landing_to_trusted", node)]
        for node in ("Consented to research", "Still agreed in the latest record")
    )
    assert consented[0] is None
    assert still[0] is None
    customers = [
        json.loads(line)
        for file in data_files(SAMPLE_LANDING / "customer" / "landing")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("{") and line.endswith("}")
    ]
    assert consented[1] == sum(bool(one.get("shareWithResearchAsOfDate")) for one in customers)
    assert consented[1] > still[1] >= after["tables"]["customer_trusted"]


@pytest.mark.parametrize("change", ["job.commit(", "raise ValueError('not today')\njob.commit()"])
def test_a_script_that_fails_now_does_not_keep_the_page_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    lake = tmp_path / "lake"
    run(SAMPLE_LANDING, lake)
    shutil.copytree(stedi.JOBS, tmp_path / "jobs")
    script = tmp_path / "jobs" / "customer_landing_to_trusted" / "customer_landing_to_trusted.py"
    script.write_text(script.read_text().replace("job.commit()", change))
    monkeypatch.setattr(stedi, "JOBS", tmp_path / "jobs")
    assert command.report(lake, Console()) == 0
    assert "Not all records at nodes could be counted" in capsys.readouterr().out
    assert f"{CHECKS} of {CHECKS} checks passed" in Text((lake / "report.html").read_text(encoding="utf-8")).text


def test_counts_of_other_data_are_not_told_as_those_of_the_run(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    run(SAMPLE_LANDING, lake)
    before = account_of(lake)
    with open(files_of(lake, "customer_landing")[0], "a", encoding="utf-8") as landing:
        landing.write('{"email":"new@x.y","lastUpdateDate":1,"shareWithResearchAsOfDate":1}\n')
    command.report(lake, Console(quiet=True))
    for job, then in zip(account_of(lake)["jobs"], before["jobs"], strict=True):
        assert job["reads"] == then["reads"]
        if "customer_landing" in job["reads"]:
            assert job["nodes"] == then["nodes"]


def test_a_lake_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(GlueLocalError, match=r"the lake .* has no run yet: run `make run LAKE=.*` first"):
        build_page(tmp_path)


@pytest.mark.parametrize(
    ("which", "width", "dark"),
    [("sample_lake", 500, True), ("sample_lake", 1280, False), ("real_lake", 500, False), ("real_lake", 1280, True)],
)
def test_everybody_can_read_it(
    browser: str, which: str, width: int, dark: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    lake: Path = request.getfixturevalue(which)
    told = accessibility(browser, build_page(lake), tmp_path, width, dark)
    assert told["dark"] is dark
    assert told["passed"] > 15
    assert [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in told["violations"]] == []
    # nothing but the drawings and tables, each in a place of its own, is wider than the screen
    assert told["width"] <= told["shown"]
