"""The policies that AWS manages, made when somebody asks for one: they are many, and most callers need none."""

from __future__ import annotations

import json
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy


@cache
def _data() -> dict[str, Any]:
    return dict(json.loads(aws_managed_policies_data))


class ManagedPolicies(dict[str, ManagedPolicy]):
    """The managed policies of an account by ARN: its own, and AWS's from the first question on."""

    def __init__(self, backend: IAMBackend) -> None:
        super().__init__()
        self._backend: IAMBackend | None = backend

    def _load(self) -> None:
        backend, self._backend = self._backend, None
        if backend is None:
            return
        for name, described in _data().items():
            policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, described)
            super().__setitem__(policy.arn, policy)

    def __getitem__(self, arn: str) -> ManagedPolicy:
        self._load()
        return super().__getitem__(arn)

    def __contains__(self, arn: object) -> bool:
        self._load()
        return super().__contains__(arn)

    def __iter__(self) -> Iterator[str]:
        self._load()
        return super().__iter__()

    def __len__(self) -> int:
        self._load()
        return super().__len__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        self._load()
        return super().keys()

    def values(self) -> ValuesView[ManagedPolicy]:  # type: ignore[override]
        self._load()
        return super().values()

    def items(self) -> ItemsView[str, ManagedPolicy]:  # type: ignore[override]
        self._load()
        return super().items()
