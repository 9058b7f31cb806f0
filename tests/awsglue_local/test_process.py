"""What ends a process, and how."""

from __future__ import annotations

import subprocess
import sys

import pytest

BUSY = """
import os, signal, sys
sent = []
def another(frame, event, argument):
    # a second signal comes while the first is being handled, wherever that is in Python's own code
    if frame.f_code.co_filename != "<string>" and len(sent) < 100:
        sent.append(os.kill(os.getpid(), signal.SIGTERM))
    return another
{ended}
os.kill(os.getpid(), signal.SIGTERM)
sys.settrace(another)
os.kill(os.getpid(), signal.SIGTERM)
{wait}
sys.settrace(None)
print("ended")
"""
QUEUE = "from awsglue_local.process import end_signals\nended = end_signals(signal.SIGTERM)"
EVENT = "import threading\nended = threading.Event()\nsignal.signal(signal.SIGTERM, lambda *_: ended.set())"


def test_a_signal_in_the_middle_of_another_one_does_not_hang_the_process() -> None:
    script = BUSY.format(ended=QUEUE, wait="ended.get()")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "ended\n", done.stderr


def test_an_event_would_hang_it() -> None:
    script = BUSY.format(ended=EVENT, wait="ended.wait()")
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=3)
