"""The modules that a Glue script imports: AWS's own where they run anywhere, ours where they need Glue's Java half."""

from __future__ import annotations

import sys

from awsglue_local.spark.patching import module_of
from awsglue_local.transforms.studio_transforms import TRANSFORMS

ONLY_IN_AWS = {
    "recipe_transforms": "a Data Preparation recipe runs only in AWS; draw its steps with other nodes",
    "awsgluemlentitydetectorwrapperpython": "an AWS service finds sensitive data",
    "awsglue_ml": "its models run only in AWS",
    "awsglueinternal": "it is a part of AWS Glue itself",
}
"""Modules that no package has, and why they are not to be had here; so are `gs_` modules but Studio's transforms."""


def only_in_aws(module: str) -> str:
    """Return why a module that was not found is not to be had here; empty where it is none of AWS's."""
    name = module.partition(".")[0]
    if name.startswith("gs_"):
        return "a Studio transform of that name has no stand-in yet; use another node"
    return ONLY_IN_AWS.get(name, "")


def install() -> None:
    """Put our modules in the place of AWS's, for the rest of the process; doing it again changes nothing."""
    if "awsgluedq" in sys.modules:
        return
    from awsglue_local.frames import dynamicframe

    # AWS's package imports its own dynamicframe module when it is imported, so ours must be there before it
    sys.modules["awsglue.dynamicframe"] = module_of(
        "awsglue.dynamicframe",
        DynamicFrame=dynamicframe.DynamicFrame,
        DynamicFrameCollection=dynamicframe.DynamicFrameCollection,
    )
    import awsglue.job
    import awsglue.transforms
    import awsglue.utils

    from awsglue_local.glue_api import context, data_quality, job, ml_transforms

    awsglue.job.Job = job.Job
    for refused in ml_transforms.REFUSED[1:]:
        # `from awsglue.transforms import *` gives them in AWS
        setattr(awsglue.transforms, refused.__name__, refused)
        awsglue.transforms.__all__.append(refused.__name__)
    sys.modules["awsglue.context"] = module_of("awsglue.context", GlueContext=context.GlueContext)
    transforms = module_of("awsgluedq.transforms", EvaluateDataQuality=data_quality.EvaluateDataQuality)
    for transform in ("gs_common", *TRANSFORMS):
        # their functions are methods of every frame
        sys.modules[transform] = module_of(transform)
    ml = module_of("awsglueml.transforms", **{one.__name__: one for one in ml_transforms.REFUSED})
    sys.modules["awsglueml"] = module_of("awsglueml", transforms=ml)
    sys.modules["awsglueml.transforms"] = ml
    sys.modules["awsgluedq"] = module_of("awsgluedq", transforms=transforms)
    sys.modules["awsgluedq.transforms"] = transforms
