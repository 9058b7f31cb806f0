"""What the commands show in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from rich.console import Console
from rich.table import Table
from rich.text import Text

from glue_canvas.canvas_diff import Change
from glue_canvas.checks import ERROR, Finding, JobReport
from glue_canvas.quoting import CONTROL

COLOURS = {"added": "green", "removed": "red", "changed": "yellow", "rewired": "cyan"}
SIGNS = {"added": "+", "removed": "-", "changed": "~", "rewired": "⇄"}
AROUND = 24
"""Letters of what both sides share that stay beside a difference."""
MOST_WORDS, LONGEST = 600, 2000
"""Words that are compared one by one, and letters that are shown of more."""


def show_reports(console: Console, reports: Sequence[JobReport]) -> None:
    """Print a table of the findings, and what they come to."""
    findings = [(report, finding) for report in reports for finding in report.findings]
    if findings:
        console.print(_findings_table(findings))
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


def _findings_table(findings: Iterable[tuple[JobReport, Finding]]) -> Table:
    table = Table(show_lines=True, expand=True)
    for name, ratio in (("Job", 3), ("Node", 3), ("What the canvas says", 5), ("What the script does", 5)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for report, finding in findings:
        colour = "red" if finding.level == ERROR else "yellow"
        left, right = _sides(finding, colour)
        table.add_row(Text(clean(report.path.stem)), Text(clean(finding.node), style="bold"), left, right)
    return table


def _sides(finding: Finding, colour: str) -> tuple[Text, Text]:
    if finding.canvas_says is None and finding.script_does is None:
        return Text(f"{finding.level} ({finding.rule}): {clean(finding.message)}", style=colour), Text("")
    if finding.canvas_says is None:
        return Text("nothing", style="italic"), _whole(finding.script_does or "")
    if finding.script_does is None:
        return _whole(finding.canvas_says), Text("nothing", style="italic")
    return _differing(finding.canvas_says, finding.script_does)


def _whole(text: str) -> Text:
    lines = text.strip().splitlines()
    return Text("\n".join(clean(line)[:200] for line in lines[:6]), style="yellow")


def _differing(one: str, other: str) -> tuple[Text, Text]:
    """Return both sides with what differs coloured, and what they share shortened: by lines, then by words."""
    lines, other_lines = one.splitlines(keepends=True), other.splitlines(keepends=True)
    left, right = Text(), Text()
    for tag, i, j, k, m in SequenceMatcher(None, lines, other_lines, autojunk=False).get_opcodes():
        here, there = "".join(lines[i:j]), "".join(other_lines[k:m])
        if tag == "equal":
            shared = _shortened(here, first=i == 0, last=j == len(lines))
            left.append(shared)
            right.append(shared)
        else:
            _append_words(left, right, here, there)
    return left, right


def _append_words(left: Text, right: Text, one: str, other: str) -> None:
    words, other_words = (re.findall(r"\w+|\s+|[^\w\s]", side) for side in (one, other))
    if max(len(words), len(other_words)) > MOST_WORDS:
        left.append(_visible(one[:LONGEST]), style="bold green")
        right.append(_visible(other[:LONGEST]), style="bold red")
        return
    for tag, i, j, k, m in SequenceMatcher(None, words, other_words, autojunk=False).get_opcodes():
        if tag == "equal":
            shared = _shortened("".join(words[i:j]), first=i == 0, last=j == len(words))
            left.append(shared)
            right.append(shared)
        else:
            left.append(_visible("".join(words[i:j])), style="bold green")
            right.append(_visible("".join(other_words[k:m])), style="bold red")


def _shortened(text: str, first: bool, last: bool) -> str:
    head, tail = ("" if first else text[:AROUND]), ("" if last else text[-AROUND:])
    return (
        clean(text.replace("\n", " "))
        if len(text) <= len(head) + len(tail) + 3
        else clean(f"{head} … {tail}".replace("\n", " "))
    )


def _visible(text: str) -> str:
    """Return `text` with ends of lines and spaces at them that can be seen."""
    return clean(text.replace("\n", "⏎") if text.strip() else text.replace(" ", "·").replace("\n", "⏎"))
