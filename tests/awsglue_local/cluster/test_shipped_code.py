"""The code that executors get: they import it without this package, compiled for this Python, and no other code."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from awsglue_local.cluster.executors import with_tasks
from awsglue_local.cluster.probe import Probe
from awsglue_local.cluster.shipped_code import FIRST, WHOLE, CodeOnS3, put_code, zipped
from awsglue_local.cluster.store import Store
from tests.awsglue_local.cluster.lake_on_s3 import REGION, LakeOnS3

IMPORTS = """
import sys
for name in ("awsglue_local", "pyspark", "boto3"):
    sys.modules[name] = None
del sys.modules["awsglue_local"]
sys.meta_path = [one for one in sys.meta_path if "Editable" not in repr(one)]
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    __import__(name)
    print(sys.modules[name].__file__)
"""
"""Imports modules from a zip file where neither this package nor what the client alone has is there."""


@pytest.mark.parametrize(
    ("patterns", "modules"),
    [
        (FIRST, ["awsglue_local.cluster.probe", "awsglue_local.cluster.store"]),
        (WHOLE, ["awsglue_local.cluster.reading_tasks", "awsglue_local.cluster.writing_tasks"]),
    ],
)
def test_they_import_it_without_the_package_and_compile_nothing(
    patterns: tuple[str, ...], modules: list[str], tmp_path: Path
) -> None:
    archive = tmp_path / "code.zip"
    archive.write_bytes(zipped(patterns))
    command = [sys.executable, "-c", IMPORTS, str(archive), *modules]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    places = [f"{archive}/{module.replace('.', '/')}.pyc" for module in modules]
    assert done.stdout.split() == places


def test_another_python_takes_the_source(tmp_path: Path) -> None:
    older = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(zipped(FIRST))) as ours, zipfile.ZipFile(older, "w") as theirs:
        for name in ours.namelist():
            content = ours.read(name)
            # the magic number of Python 3.10
            theirs.writestr(name, b"\x6f\x0d\x0d\x0a" + content[4:] if name.endswith(".pyc") else content)
    archive = tmp_path / "code.zip"
    archive.write_bytes(older.getvalue())
    command = [sys.executable, "-c", IMPORTS, str(archive), "awsglue_local.cluster.probe"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == [f"{archive}/awsglue_local/cluster/probe.py"], done.stderr


def test_what_goes_with_each_plan_is_small() -> None:
    assert len(zipped(FIRST)) < 20_000 < len(zipped(WHOLE))


def test_executors_run_the_code_of_this_run_alone(s3_lake: LakeOnS3, tmp_path: Path) -> None:
    with s3_lake.glue(tmp_path) as glue:
        lake: Any = glue.lake
        store = Store(s3_lake.endpoint.url, REGION)
        code = put_code(lake, store)
        told = Probe(store, f"{s3_lake.bucket}/lake/probed")
        look = "awsglue_local.cluster.probe:look"
        assert with_tasks(glue.engine.session, code, look, [told])[0]["missing"] == []
        bucket, _, key = code.place.partition("/")
        other = CodeOnS3(store, f"{bucket}/{key}2", "0" * 64)
        s3_lake.s3.put_object(Bucket=bucket, Key=f"{key}2", Body=zipped(WHOLE))
        with pytest.raises(Exception, match="is not the code that this run has put there"):
            with_tasks(glue.engine.session, other, look, [told])


def test_a_store_reads_an_object(s3_lake: LakeOnS3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}.items():
        monkeypatch.setenv(name, value)
    s3_lake.put("some.txt.gz", b"as it is")
    assert Store(s3_lake.endpoint.url, REGION).read(f"{s3_lake.bucket}/lake/some.txt.gz") == b"as it is"
