"""The consent rule: its nodes exist, and whoever states it again says so."""

from __future__ import annotations

import re

from scripts import stedi
from scripts.stedi import ROOT

PAGE = ROOT / "docs" / "consent.md"
STATES_THE_RULE = re.compile(
    r"sharewithresearchasofdate\b[^\n]{0,40}?(?:<|>|is not null|get\()|(?:<|>)[^\n]{0,20}since\b", re.I
)
"""A comparison of the consent, or with it."""


def test_the_nodes_that_the_page_names_are_on_the_canvases() -> None:
    named = re.findall(r"^\|.*\| \w+ \"([^\"]+)\" \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    nodes = {node.name for canvas in stedi.lakehouse().canvases.values() for node in canvas.nodes.values()}
    assert len(named) == 3
    assert set(named) <= nodes


def test_the_page_lists_every_restatement_and_each_says_that_it_is_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    places = [*ROOT.glob("scripts/**/*"), *stedi.CHECKS.glob("*.sql"), *(ROOT / "tests" / "lakehouse").glob("*.py")]
    files = [file for file in places if file.suffix in (".py", ".sql") and not file.name.startswith("test_")]
    stating = [file for file in files if STATES_THE_RULE.search(file.read_text(encoding="utf-8"))]
    assert len(stating) >= 8
    for file in stating:
        assert "docs/consent.md" in file.read_text(encoding="utf-8"), f"{file} states the rule and does not say so"
        assert file.name in text, f"docs/consent.md does not name {file}"
