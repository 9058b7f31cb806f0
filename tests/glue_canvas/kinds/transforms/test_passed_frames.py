"""What a Custom Transform surely lets through; what is not certain is nothing, because privacy is judged by it."""

from __future__ import annotations

import pytest

from glue_canvas.kinds.transforms.passed_frames import PassedFrames

TAKEN = "rows = dfc.select(list(dfc.keys())[0]).toDF().cache()\n"
GIVEN = 'return DynamicFrameCollection({"rows": DynamicFrame.fromDF(rows, glueContext, "rows")}, glueContext)'


@pytest.mark.parametrize(
    ("code", "whole", "number"),
    [
        ("return dfc", True, None),
        ("print(1)\nreturn dfc", True, None),
        (TAKEN + GIVEN, False, 0),
        (TAKEN + "if rows.count() == 0 and dfc.select(list(dfc.keys())[1]).count() == 0:\n    raise E\n" + GIVEN, False, 0),
        ('return DynamicFrameCollection({"a": dfc.select(list(dfc.keys())[1])}, glueContext)', False, 1),
        ("other = dfc.select(list(dfc.keys())[1])\nrows = other\n" + GIVEN, False, 1),
    ],
)  # fmt: skip
def test_certain(code: str, whole: bool, number: int | None) -> None:
    passed = PassedFrames(code)
    assert (passed.whole, passed.number) == (whole, number)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "return other(dfc)",
        "dfc = other\nreturn dfc",
        "return (dfc := other)",
        "return",
        "rows = rows\n" + GIVEN,
        "rows = dfc.select(list(dfc.keys())[0]).toDF().toDF('a', 'b')\n" + GIVEN,
        "rows = dfc.select(list(dfc.keys())[0]).toDF().cache(x)\n" + GIVEN,
        TAKEN + 'return DynamicFrameCollection({"x": rows, "x": other}, glueContext)',
        TAKEN + 'return DynamicFrameCollection({"x": rows, **others}, glueContext)',
        TAKEN + 'return DynamicFrameCollection({"x": rows, "y": dfc.select(list(dfc.keys())[1])}, glueContext)',
        TAKEN + "return DynamicFrameCollection({name: rows}, glueContext)",
        "rows = dfc.select('a')\n" + GIVEN,
        "rows = dfc.select(list(dfc.keys())[-1])\n" + GIVEN,
        "rows = dfc.select(list(dfc.keys())[0], dfc)\n" + GIVEN,
        "rows = dfc.select(list(dfc.keys())[0]).toDF().withColumn('a', b)\n" + GIVEN,
        TAKEN + "rows = rows.drop('a')\n" + GIVEN,
        TAKEN + "for rows in others:\n    pass\n" + GIVEN,
        TAKEN + "[rows := 1]\n" + GIVEN,
        TAKEN + "rows += 1\n" + GIVEN,
        TAKEN + "with other as rows:\n    pass\n" + GIVEN,
        TAKEN + "import m as rows\n" + GIVEN,
        TAKEN + "def rows(): pass\n" + GIVEN,
        TAKEN + "class rows: pass\n" + GIVEN,
        TAKEN + "try:\n    pass\nexcept E as rows:\n    pass\n" + GIVEN,
        TAKEN + "match x:\n    case rows:\n        pass\n" + GIVEN,
        TAKEN + "global rows\n" + GIVEN,
        TAKEN + "rows._jdf = other\n" + GIVEN,
        TAKEN + "rows.__dict__.update(other)\n" + GIVEN,
        TAKEN + "setattr(rows, 'a', other)\n" + GIVEN,
        TAKEN + "exec('1')\n" + GIVEN,
        TAKEN + "dfc.add(other)\n" + GIVEN,
        TAKEN + "change(dfc)\n" + GIVEN,
        "list = other\n" + TAKEN + GIVEN,
        TAKEN + "DynamicFrame = other\n" + GIVEN,
        TAKEN + "if a:\n    return other\n" + GIVEN,
        TAKEN + 'return DynamicFrameCollection({"rows": rows, **others}, other)'.replace('"rows": rows, ', ""),
        TAKEN + 'return DynamicFrameCollection({"rows": join(rows, other)}, glueContext)',
    ],
)
def test_uncertain(code: str) -> None:
    passed = PassedFrames(code)
    assert (passed.whole, passed.number) == (False, None)
