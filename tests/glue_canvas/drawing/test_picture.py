"""What a picture shows."""

from __future__ import annotations

import pytest

from glue_canvas.drawing.picture import kind_label


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("DropFields", "Drop Fields"),
        ("SparkSQL", "SQL Query"),
        ("PIIDetection", "PII Detection"),
        ("S3CsvSource", "S3 Csv Source"),
    ],
)
def test_labels_of_kinds(kind: str, label: str) -> None:
    assert kind_label(kind) == label
