"""Processes of a group end with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from awsglue_local.local_cluster.process_group import ProcessGroup

STARTS = """
import os, sys, time
from pathlib import Path
from awsglue_local.local_cluster.process_group import ProcessGroup
with ProcessGroup(Path(os.devnull)) as group:
    print(group.start(["sleep", "60"], os.environ).pid, flush=True)
    time.sleep(60)
"""


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(process: int) -> bool:
    deadline = time.monotonic() + 5
    while is_running(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(process)


def test_they_end_with_the_group(tmp_path: Path) -> None:
    with ProcessGroup(tmp_path / "log") as group:
        process = group.start(["sleep", "60"], os.environ)
        assert is_running(process.pid)
    assert ends(process.pid)
    process.wait()


def test_they_end_when_the_process_that_started_them_is_killed() -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    process = int(starter.stdout.readline())
    assert is_running(process)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert ends(process)
