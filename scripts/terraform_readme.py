"""Writes the tables of inputs and outputs of terraform/README.md from the HCL files."""

from __future__ import annotations

import re

from scripts.terraform import FOLDER

README = FOLDER / "README.md"
START, END = "<!-- inputs and outputs -->", "<!-- end of inputs and outputs -->"


def tables() -> str:
    """Return both tables in Markdown."""
    variables, outputs = ((FOLDER / f"{name}.tf").read_text(encoding="utf-8") for name in ("variables", "outputs"))
    lines = ["## Inputs", "", "| name | what it is | type | default |", "|---|---|---|---|"]
    for name, body in re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', variables, re.MULTILINE | re.DOTALL):
        default = _value(body, "default") or "(required)"
        lines.append(f"| `{name}` | {_text(body)} | `{_value(body, 'type')}` | `{default}` |")
    lines += ["", "## Outputs", "", "| name | what it is |", "|---|---|"]
    for name, body in re.findall(r'^output "(\w+)" \{\n(.*?)^\}', outputs, re.MULTILINE | re.DOTALL):
        lines.append(f"| `{name}` | {_text(body)} |")
    return "\n".join(lines)


def written(text: str) -> str:
    """Return the README's text with the tables as they must be."""
    before, rest = text.split(START)
    return f"{before}{START}\n\n{tables()}\n\n{END}{rest.split(END)[1]}"


def _value(body: str, name: str) -> str:
    found = re.search(rf"^  {name} += (.*)$", body, re.MULTILINE)
    return found[1] if found else ""


def _text(body: str) -> str:
    return _value(body, "description").strip('"').replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
