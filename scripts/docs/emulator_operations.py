"""The operations that the emulator has, from its code and moto's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

COLUMNS = 3


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
        f"Of {len(all_names)} operations, {len(own)} run here, {len(kept)} store and return data "
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
