"""The log of a failed run shows the script's lines, and nothing of what runs them."""

from __future__ import annotations

from pathlib import Path

from glue_emulator.glue.script_traceback import script_traceback
from tests.glue_emulator.emulated import EmulatedAccount

HEADER = "from awsglue.context import GlueContext\nfrom pyspark.context import SparkContext\nfrom awsglue.transforms import *\n"


def test_a_failed_run_logs_its_own_lines(account: EmulatedAccount) -> None:
    account.put("modules/helper.py", "def look(row):\n    return row['a']\n")
    script = f"{HEADER}import helper\ntry:\n    helper.look({{}})\nexcept KeyError as e:\n    raise ValueError('no a') from e\n"
    account.job("mine", script, DefaultArguments={"--extra-py-files": "s3://bucket/modules/helper.py"})
    log = account.log(account.run("mine"), "error").splitlines()
    places = [line.strip() for line in log if "File" in line]
    assert places == [
        'File "/tmp/mine.py", line 6, in <module>',
        'File "/tmp/helper.py", line 2, in look',
        'File "/tmp/mine.py", line 8, in <module>',
    ]
    assert log[0] == "Traceback (most recent call last):"
    assert log[-1] == "ValueError: no a"


def test_what_a_call_failed_on_within_is_left_out(account: EmulatedAccount) -> None:
    read = "GlueContext(SparkContext()).create_dynamic_frame.from_catalog(database='x', table_name='y')\n"
    log = account.log(account.run(account.job("reads", HEADER + read)), "error").splitlines()
    assert [line.strip() for line in log if "File" in line] == ['File "/tmp/reads.py", line 4, in <module>']
    assert log[-1].endswith("no table x.y in the catalog; database 'x' has no tables")


def test_an_error_without_a_line_of_the_script(tmp_path: Path) -> None:
    assert script_traceback(ValueError("outside"), tmp_path) == "ValueError: outside\n"
