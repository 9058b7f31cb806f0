"""Write the tables of operations in docs/emulator.md from the code: `make emulator-docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from scripts.stedi import ROOT

PAGE = ROOT / "docs" / "emulator.md"
BEGIN, END = "<!-- operations -->\n", "<!-- end of operations -->\n"
COLUMNS = 3


def written(text: str) -> str:
    """Return the page with the tables as the code has them now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + tables() + END + after


def tables() -> str:
    """Return a table for each service that the emulator adds to."""
    from moto.athena.responses import AthenaResponse
    from moto.glue.responses import GlueResponse

    from glue_emulator.athena.responses import AthenaApi
    from glue_emulator.glue.responses import GlueApi

    services = (("AWS Glue", "glue", GlueApi, GlueResponse), ("Athena", "athena", AthenaApi, AthenaResponse))
    return "\n".join(_service(*service) for service in services)


def _service(title: str, name: str, ours: type, motos: type) -> str:
    all_names = _operations(name)
    own = [one for one in all_names if _method(one) in vars(ours)]
    kept = [one for one in all_names if one not in own and _method(one) in vars(motos)]
    refused = len(all_names) - len(own) - len(kept)
    return (
        f"### {title}\n\n"
        f"Of {len(all_names)} operations, {len(own)} run here, {len(kept)} keep and give back what they are told "
        f"(moto), {refused} are refused with `NotImplemented`.\n\n"
        f"| run here | | |\n|---|---|---|\n{_rows(own)}\n| kept and given back | | |\n|---|---|---|\n{_rows(kept)}"
    )


def _operations(service: str) -> list[str]:
    import botocore.session

    model: Any = botocore.session.Session().get_service_model(service)
    return sorted(model.operation_names)


def _method(operation: str) -> str:
    from moto.core.utils import camelcase_to_underscores

    return str(camelcase_to_underscores(operation))


def _rows(names: Iterable[str]) -> str:
    listed = list(names)
    lines = [listed[start : start + COLUMNS] for start in range(0, len(listed), COLUMNS)]
    return "".join("| " + " | ".join([*line, *[""] * (COLUMNS - len(line))]) + " |\n" for line in lines)


def main() -> int:
    """Write the page and return the exit code."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
