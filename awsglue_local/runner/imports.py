"""The modules that a Glue script imports: AWS's own where they run anywhere, ours where they need Glue's Java half."""

from __future__ import annotations

import sys

from awsglue_local.spark.patching import module_of
from awsglue_local.transforms.studio_transforms import TRANSFORMS


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
