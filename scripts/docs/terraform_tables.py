"""The tables of inputs and outputs of the Terraform configuration, from the HCL files."""

from __future__ import annotations

import re

from scripts.deployment.terraform import FOLDER


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
    return "\n" + "\n".join(lines) + "\n\n"


def _value(body: str, name: str) -> str:
    found = re.search(rf"^  {name} += (.*)$", body, re.MULTILINE)
    return found[1] if found else ""


def _text(body: str) -> str:
    return _value(body, "description").strip('"').replace("|", "\\|")
