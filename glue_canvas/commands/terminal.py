"""What the commands show in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher, unified_diff

from rich.console import Console
from rich.text import Text

from glue_canvas.drawing.canvas_diff import Change
from glue_canvas.kinds.python_text import CONTROL
from glue_canvas.script.checks import ERROR, Finding, JobReport

COLOURS = {"added": "green", "removed": "red", "changed": "yellow", "rewired": "cyan"}
SIGNS = {"added": "+", "removed": "-", "changed": "~", "rewired": "⇄"}
DIFF_COLOURS = {"-": "red", "+": "green", "@": "cyan"}
MOST_WORDS = 600
"""Words of a line that are compared one by one."""


def show_reports(console: Console, reports: Sequence[JobReport]) -> None:
    """Print each finding, a script's as a unified diff, and what they come to. No line is broken."""
    findings = [(report, finding) for report in reports for finding in report.findings]
    for report, finding in findings:
        console.print(_heading(report, finding), soft_wrap=True)
        for line in _diff(report, finding):
            console.print(line, soft_wrap=True)
    failed = sum(not report.passed for report in reports)
    warnings = sum(finding.level != ERROR for _, finding in findings)
    jobs = f"{len(reports)} job{'s' * (len(reports) != 1)}"
    text = f"{failed} of {jobs} failed" if failed else f"{jobs} checked: scripts and canvases agree"
    more = f", {warnings} warning{'s' * (warnings != 1)}" if warnings else ""
    console.print(Text(text + more, style="bold red" if failed else "bold green"))


def show_changes(console: Console, changes: Iterable[Change]) -> None:
    """Print what changed, a node after the other."""
    for change in changes:
        head = f"{SIGNS[change.change]} {change.change} {clean(change.node)}".rstrip()
        console.print(Text(head, style=f"bold {COLOURS[change.change]}"))
        for words in change.words:
            console.print(Text(f"    {clean(words)}"))


def clean(text: str) -> str:
    """Return `text` without what a terminal would obey."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _heading(report: JobReport, finding: Finding) -> Text:
    node = f', node "{finding.node}"' if finding.node else ""
    text = f"{report.path.stem}{node}: {finding.level}: {finding.message} [{finding.rule}]"
    return Text(clean(text), style="bold red" if finding.level == ERROR else "bold yellow")


def _diff(report: JobReport, finding: Finding) -> Iterator[Text]:
    """Yield the lines of a unified diff from the script to what its canvas says."""
    if finding.canvas_says is None and finding.script_does is None:
        return
    old, new = ((text or "").splitlines() for text in (finding.script_does, finding.canvas_says))
    names = f"{report.path.stem}.py", f"compiled from {report.path.name}"
    lines = list(unified_diff(old, new, *names, lineterm=""))
    for number, line in enumerate(lines):
        marked = Text(_visible_end(clean(line)), style=DIFF_COLOURS.get(line[0], "") if number > 1 else "bold")
        for start, end in _changed_words(lines, number) if number > 1 else ():
            marked.stylize("reverse", start, end)
        yield marked


def _changed_words(lines: Sequence[str], number: int) -> Iterator[tuple[int, int]]:
    """Yield the places of what differs in a line that another one replaces, as letters of the line."""
    line = lines[number]
    other = lines[number + 1] if line[0] == "-" and number + 1 < len(lines) else lines[number - 1]
    if {line[0], other[0]} != {"-", "+"}:
        return
    words, others = (re.findall(r"\w+|\s+|[^\w\s]", text[1:]) for text in (line, other))
    if max(len(words), len(others)) > MOST_WORDS:
        return
    for tag, i, j, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if tag != "equal" and i < j:
            start = 1 + len("".join(words[:i]))
            yield start, start + len("".join(words[i:j]))


def _visible_end(line: str) -> str:
    """Return a line whose spaces at the end can be seen."""
    kept = line.rstrip(" ")
    return kept + "·" * (len(line) - len(kept)) if len(kept) > 1 or line[:1] not in "+- " else line
