"""Scripts against an endpoint: the catalog of Glue and the objects of S3, on the emulator on loopback."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local import Endpoint, EndpointError, LakeError, LocalGlue, ScriptError, TableNotFound, cli, run_script
from awsglue_local.job_run.engine import Engine
from awsglue_local.storage.endpoint import chosen_endpoint
from awsglue_local.storage.s3_lake import JOURNAL, S3Lake
from awsglue_local.storage.s3_objects import listed
from awsglue_local.storage.table import Table, storage_formats
from glue_emulator import GlueEmulator
from tests.conftest import STUDIO_HEADER
from tests.glue_emulator.aws_server import reset

BUCKET = "bucket"
SCRIPT = (
    STUDIO_HEADER
    + """
people = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="people", transformation_ctx="people")
adults = Filter.apply(frame=people, f=lambda row: row["age"] >= 18, transformation_ctx="adults")
glueContext.purge_table("d", "adults", options={"retentionPeriod": 0})
glueContext.write_dynamic_frame.from_catalog(frame=adults, database="d", table_name="adults")
job.commit()
"""
)


@pytest.fixture(scope="module")
def address(emulator: GlueEmulator) -> str:
    return emulator.address


@pytest.fixture
def endpoint(address: str, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """Give an endpoint with two tables, of which one has rows."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-west-1")
    for name in ("AWS_ENDPOINT", "AWS_ALLOW_HTTP", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "")  # restored when the test ends
    reset()
    there = Endpoint(address)
    s3, glue = there.client("s3"), there.client("glue")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    glue.create_database(DatabaseInput={"Name": "d"})
    for name, form in (("people", "json"), ("adults", "parquet")):
        glue.create_table(DatabaseName="d", TableInput=table(name, form).definition)
    s3.put_object(Bucket=BUCKET, Key="people/", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="people/a.json", Body=lines(("ann", 44), ("bob", 12)))
    s3.put_object(Bucket=BUCKET, Key="people/more/b.json", Body=lines(("cyd", 18)))
    s3.put_object(Bucket=BUCKET, Key="people/_hidden.json", Body=b"no json")
    s3.put_object(Bucket=BUCKET, Key="people_others/c.json", Body=lines(("eve", 70)))
    s3.put_object(Bucket=BUCKET, Key="adults/old.parquet", Body=parquet(["old"]))
    return there


def table(name: str, form: str) -> Table:
    columns = [{"Name": "name", "Type": "string"}, {"Name": "age", "Type": "int"}]
    storage = {"Columns": columns, "Location": f"s3://{BUCKET}/{name}/", **storage_formats(form)}
    return Table("d", {"Name": name, "StorageDescriptor": storage, "Parameters": {"classification": form}})


def lines(*people: tuple[str, int]) -> bytes:
    return "".join(json.dumps({"name": name, "age": age}) + "\n" for name, age in people).encode()


def parquet(names: list[str]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"name": names, "age": pa.array([1] * len(names), pa.int32())}), stream)
    return stream.getvalue()


def keys(endpoint: Endpoint, prefix: str = "adults/") -> list[str]:
    found = endpoint.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


def names(endpoint: Endpoint) -> list[str]:
    s3 = endpoint.client("s3")
    bodies = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys(endpoint)]
    return sorted(name for body in bodies for name in pq.read_table(io.BytesIO(body))["name"].to_pylist())


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "adults.py"
    path.write_text(SCRIPT)
    return path


def test_a_script_reads_and_replaces_tables(endpoint: Endpoint, script: Path, engine: Engine) -> None:
    run = run_script(script, engine=engine, endpoint=endpoint)
    assert (run.reads, run.writes) == ({"people": 3}, {"adults": 2})
    assert names(endpoint) == ["ann", "cyd"]
    run_script(script, engine=engine, endpoint=endpoint)
    assert names(endpoint) == ["ann", "cyd"], "a run replaces"
    assert not endpoint.client("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads")


def test_what_another_run_put_there_is_seen(endpoint: Endpoint, script: Path, engine: Engine) -> None:
    s3 = endpoint.client("s3")
    with LocalGlue(engine=engine, endpoint=endpoint) as glue:
        assert glue.run(script).reads == {"people": 3}
        s3.put_object(Bucket=BUCKET, Key="people/a.json", Body=lines(("ann", 44)))
        s3.put_object(Bucket=BUCKET, Key="people/c.json", Body=lines(("dan", 20), ("dot", 20)))
        s3.delete_object(Bucket=BUCKET, Key="people/more/b.json")
        assert glue.run(script).reads == {"people": 3}
    assert names(endpoint) == ["ann", "dan", "dot"]


def test_nothing_is_written_without_leave(endpoint: Endpoint, script: Path, engine: Engine) -> None:
    with pytest.raises(
        ScriptError,
        match=r"nothing was written: s3://bucket/adults would get 1 new files that replace everything there.*--yes",
    ):
        run_script(script, engine=engine, endpoint=endpoint, may_write=False)
    assert names(endpoint) == ["old"]


def test_a_failing_script_changes_nothing(endpoint: Endpoint, script: Path, engine: Engine) -> None:
    script.write_text(SCRIPT.replace("job.commit()", "raise ValueError('late')"))
    with pytest.raises(ScriptError, match="late"):
        run_script(script, engine=engine, endpoint=endpoint)
    assert names(endpoint) == ["old"]


class KilledError(Exception):
    """Stands for a kill: nothing of ours handles it."""


@pytest.mark.parametrize("step", ["complete_multipart_upload", "delete_objects", "delete_object"])
def test_a_kill_while_publishing_is_finished_by_the_next_reader(
    endpoint: Endpoint, script: Path, monkeypatch: pytest.MonkeyPatch, step: str, sail: Engine
) -> None:
    do = S3Lake._do

    def killed(lake: S3Lake, *arguments: Any) -> None:
        monkeypatch.setattr(lake._s3, step, lambda **_: (_ for _ in ()).throw(KilledError()))
        do(lake, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(S3Lake, "_do", killed)
        with pytest.raises(ScriptError, match="KilledError"):
            run_script(script, engine=sail, endpoint=endpoint)
    assert any(JOURNAL in key for key in keys(endpoint))
    lake = S3Lake(endpoint.client("s3"), "there")
    with lake.locked():
        lake.fetch(lake.path(f"s3://{BUCKET}/adults/"))
    assert names(endpoint) == ["ann", "cyd"]


@pytest.mark.parametrize("key", ["people/../../x.json", "people/./x.json", "people//x.json"])
def test_a_key_that_is_no_path_is_refused(endpoint: Endpoint, key: str) -> None:
    lake = S3Lake(endpoint.client("s3"), "there")
    with lake.locked():
        one = listed(lake._s3, BUCKET, "people/a.json")[0]
        wrong = type(one)(key, one.size, one.etag, one.modified)
        with pytest.raises(LakeError):
            lake._file(BUCKET, wrong)


def test_a_missing_bucket_and_table_are_named(endpoint: Endpoint, script: Path, engine: Engine) -> None:
    script.write_text(SCRIPT.replace('table_name="people"', 'table_name="folk"'))
    with pytest.raises(ScriptError, match=r"no table d.folk in the catalog; database 'd' has adults, people"):
        run_script(script, engine=engine, endpoint=endpoint)
    endpoint.client("glue").update_table(
        DatabaseName="d",
        TableInput={
            "Name": "people",
            "StorageDescriptor": {"Location": "s3://nowhere/x/"},
            "Parameters": {"classification": "json"},
        },
    )
    script.write_text(SCRIPT)
    with pytest.raises(ScriptError, match=r"s3://nowhere/x cannot be read: .*NoSuchBucket"):
        run_script(script, engine=engine, endpoint=endpoint)


def test_the_command_takes_the_endpoint_from_the_environment(
    endpoint: Endpoint, script: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", str(endpoint.url))
    assert cli.main(["run", str(script), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["writes"] == {"adults": 2}
    assert f"on {endpoint.url}" in printed.err


def test_aws_is_named_and_not_written_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert chosen_endpoint(None, lake_is_named=True) is None
    there = chosen_endpoint(None)
    assert there is not None
    assert there.is_local
    aws = chosen_endpoint("aws")
    assert aws is not None
    assert not aws.is_local
    far = chosen_endpoint("https://glue.example.com")
    assert far is not None
    assert not far.is_local
    with pytest.raises(EndpointError, match="not both"):
        chosen_endpoint("aws", lake_is_named=True)
    with pytest.raises(EndpointError, match="is not an endpoint"):
        chosen_endpoint("s3://bucket")


def test_missing_credentials_and_region_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    boto3.setup_default_session()
    with pytest.raises(EndpointError, match=r"AWS needs credentials .* and a region"):
        Endpoint(None).session()


def test_a_new_table_is_made_in_the_catalog(endpoint: Endpoint, script: Path, engine: Engine) -> None:
    script.write_text(
        STUDIO_HEADER
        + """
people = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="people")
sink = glueContext.getSink(path="s3://bucket/new/", connection_type="s3", updateBehavior="UPDATE_IN_DATABASE",
    partitionKeys=["age"], enableUpdateCatalog=True, transformation_ctx="sink")
sink.setCatalogInfo(catalogDatabase="d", catalogTableName="new")
sink.setFormat("glueparquet", compression="snappy")
sink.writeFrame(people)
"""
    )
    assert run_script(script, engine=engine, endpoint=endpoint).writes == {"new": 3}
    made = endpoint.client("glue").get_table(DatabaseName="d", Name="new")["Table"]
    assert [one["Name"] for one in made["PartitionKeys"]] == ["age"]
    assert {key.split("/")[1] for key in keys(endpoint, "new/")} == {"age=12", "age=18", "age=44"}


def test_bookmarks_read_each_file_once(glue: LocalGlue, tmp_path: Path) -> None:
    for name, form in (("people", "json"), ("adults", "parquet")):
        glue.catalog.put(table(name, form))
    folder = glue.lake.path("s3://bucket/people/")
    folder.mkdir(parents=True)
    (folder / "a.json").write_bytes(lines(("ann", 44)))
    script = tmp_path / "job.py"
    script.write_text(SCRIPT)
    enabled = ["--job-bookmark-option", "job-bookmark-enable"]

    def read(*arguments: str) -> int:
        return glue.run(script, arguments).reads["people"]

    assert (read(*enabled), read(*enabled), read()) == (1, 0, 1)
    (folder / "b.json").write_bytes(lines(("bob", 50), ("cyd", 50)))
    assert (read("--job-bookmark-option=job-bookmark-pause"), read(*enabled), read(*enabled)) == (2, 2, 0)
    script.write_text(SCRIPT.replace("job.commit()", "raise ValueError"))
    (folder / "c.json").write_bytes(lines(("dan", 50)))
    with pytest.raises(ScriptError):
        read(*enabled)
    script.write_text(SCRIPT)
    assert read(*enabled) == 1, "a run that failed does not move the bookmark"


def test_the_folder_catalog_and_glue_name_missing_tables_alike(endpoint: Endpoint, glue: LocalGlue) -> None:
    from awsglue_local.storage.glue_catalog import GlueCatalog

    for catalog in (GlueCatalog(endpoint.client("glue")), glue.catalog):
        with pytest.raises(
            TableNotFound, match=r"no table nowhere\.t in the catalog; database 'nowhere' has no tables"
        ):
            catalog.table("nowhere", "t")
