"""The calls that the runtime has, from its code and AWS's package."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

REFUSED = {
    "getStreamingSource": "streams are not run here",
    "getSampleStreamingDynamicFrame": "streams are not run here",
    "forEachBatch": "streams are not run here",
    "add_ingestion_time_columns": "streams are not run here",
    "convert_resolve_option": "Glue's Java half's own",
    "mapPartitions": "partitions are the engine's business; use map",
    "mapPartitionsWithIndex": "partitions are the engine's business; use map",
    "unnest_ddb_json": "DynamoDB exports are not read",
    "simplify_ddb_json": "DynamoDB exports are not read",
}
CLASSES = ("DynamicFrame", "DynamicFrameCollection", "DynamicFrameReader", "DynamicFrameWriter", "GlueContext")


def table() -> str:
    """Return a line for each class of AWS's package: what runs, and what is refused and why."""
    lines = ["| class | runs on both engines | refused |", "|---|---|---|"]
    for name, methods in aws_methods().items():
        runs = ", ".join(f"`{one}`" for one in methods if one not in REFUSED)
        refused = ", ".join(f"`{one}` ({REFUSED[one]})" for one in methods if one in REFUSED)
        lines.append(f"| {name} | {runs} | {refused} |")
    rules, transforms = _rules(), _transforms()
    lines.append(f"| EvaluateDataQuality, rule types | {', '.join(f'`{one}`' for one in rules)} | files, anomalies |")
    lines.append(f"| Studio's own transforms | {', '.join(f'`{one}`' for one in transforms)} | all others |")
    return "\n".join(lines) + "\n"


def aws_methods() -> dict[str, list[str]]:
    """Return the public methods of the classes of AWS's package, from its text: scripts see ours in their place."""
    import awsglue

    folder = Path(awsglue.__file__).parent
    found: dict[str, list[str]] = {}
    for module in ("dynamicframe", "context"):
        for node in ast.parse((folder / f"{module}.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name in CLASSES:
                methods = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
                found[node.name] = [one for one in methods if not one.startswith("_")]
    return found


def our_class(name: str) -> Any:
    """Return our class of that name."""
    from awsglue_local.frames import dynamicframe
    from awsglue_local.glue_api import context

    return getattr(dynamicframe, name, None) or getattr(context, name)


def _rules() -> list[str]:
    from awsglue_local.quality.rules import RULES

    return sorted(RULES)


def _transforms() -> list[str]:
    from awsglue_local.transforms.studio_transforms import TRANSFORMS

    return sorted(TRANSFORMS)
