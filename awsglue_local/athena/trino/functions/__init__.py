"""The functions of Trino that are known here, by the page of its documentation."""

from __future__ import annotations

from awsglue_local.athena.trino.calls import Functions
from awsglue_local.athena.trino.functions import (
    aggregates,
    arrays,
    binary,
    conversion,
    datetimes,
    json_functions,
    maps,
    numbers,
    regexps,
    strings,
    urls,
    windows,
)

FUNCTIONS, AGGREGATES, WINDOWS = Functions(), Functions(), Functions()
for module in (strings, numbers, arrays, maps, datetimes, json_functions, regexps, urls, binary, conversion):
    FUNCTIONS.add(module.PAGE, module.RULES)
AGGREGATES.add(aggregates.PAGE, aggregates.RULES, "aggregate")
WINDOWS.add(windows.PAGE, windows.RULES, "window")
