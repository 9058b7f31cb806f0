"""What a script imports as `awsglueml.transforms`: models and detectors of AWS, which nothing here can stand in for.

"FillMissingValues class", "FindMatches class", "Detect PII" (AWS Glue Developer Guide).
"""

from __future__ import annotations

from typing import Any, NoReturn

from awsglue_local.errors import Unsupported


class _Refused:
    """A transform that is refused by its name, however it is called."""

    why = "its model runs only in AWS"

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"{type(self).__name__}.{name}", self.why)

    @classmethod
    def apply(cls, *_: Any, **__: Any) -> NoReturn:
        """Refuse."""
        raise Unsupported(f"{cls.__name__}.apply", cls.why)


class EntityDetector(_Refused):
    """Stands for the detection of sensitive data."""

    why = "an AWS service finds sensitive data"


class FillMissingValues(_Refused):
    """Stands for a model that guesses missing values."""

    why = "its model runs only in AWS; fill values with toDF().fillna(...)"


class FindMatches(_Refused):
    """Stands for a model that finds records of the same thing."""


class FindIncrementalMatches(_Refused):
    """Stands for a model that finds records of the same thing among new ones."""


REFUSED: tuple[type[_Refused], ...] = (EntityDetector, FillMissingValues, FindMatches, FindIncrementalMatches)
