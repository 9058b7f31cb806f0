"""`make upload-landing`: what it sends, skips, refuses, and how it goes on after a kill."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from awsglue_local.errors import GlueLocalError
from scripts.aws import upload_landing
from scripts.aws.athena import Athena
from scripts.deployment.outputs import OUTPUTS, Deployment
from scripts.deployment.workspace import environment_of
from scripts.stedi import ROOT
from tests.conftest import SAMPLE_LANDING
from tests.glue_emulator.emulated import REGION, EmulatedAccount, wait

QUIET = Console(quiet=True)
LAKE = "stedi-lake"
KILLS = 6


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Give a copy of the sample data that a test may change."""
    return Path(shutil.copytree(SAMPLE_LANDING, tmp_path / "landing"))


def keys(account: EmulatedAccount) -> dict[str, bytes]:
    """Return the objects of the lake."""
    found = account.s3.list_objects_v2(Bucket=LAKE).get("Contents", [])
    return {one["Key"]: account.s3.get_object(Bucket=LAKE, Key=one["Key"])["Body"].read() for one in found}


def etags(account: EmulatedAccount) -> dict[str, str]:
    """Return the checksums of the lake's objects."""
    return {one["Key"]: one["ETag"] for one in account.s3.list_objects_v2(Bucket=LAKE).get("Contents", [])}


def files(landing: Path) -> dict[str, bytes]:
    return {str(path.relative_to(landing)): path.read_bytes() for path in landing.rglob("*.json")}


def command(
    account: EmulatedAccount, landing: Path, deployment: Deployment, outputs: Path, *more: str
) -> tuple[list[str], dict[str, str]]:
    """Return the command line of an upload, and its environment."""
    described = {name: {"value": value} for name, value in vars(deployment).items() if name != "endpoint"}
    outputs.write_text(json.dumps(described))
    environment = {**os.environ, **environment_of(account.address), OUTPUTS: str(outputs)}
    return [sys.executable, "-m", "scripts.aws.upload_landing", "--landing", str(landing), *more], environment


def test_files_become_objects_of_the_landing_prefixes(
    account: EmulatedAccount, deployment: Deployment, landing: Path
) -> None:
    account.s3.put_object(Bucket=LAKE, Key="customer/trusted/rows.parquet", Body=b"not ours")
    sent = upload_landing.upload_landing(landing, deployment, QUIET)
    assert len(sent.sent) == 6
    assert keys(account) == files(landing) | {"customer/trusted/rows.parquet": b"not ours"}
    assert len(sent.broken) == 3, "the sample data has three broken lines"
    assert all(", line " in one for one in sent.broken)
    again = upload_landing.upload_landing(landing, deployment, QUIET)
    assert (again.sent, len(again.skipped), again.bytes) == ([], 6, 0)
    (landing / "customer" / "landing" / "customer-0.json").write_text('{"email": "a@example.com"}\n')
    (landing / "step_trainer" / "landing" / "step_trainer-1.json").unlink()
    third = upload_landing.upload_landing(landing, deployment, QUIET)
    assert third.sent == [f"s3://{LAKE}/customer/landing/customer-0.json"]
    assert third.removed == [f"s3://{LAKE}/step_trainer/landing/step_trainer-1.json"]
    assert "step_trainer/landing/step_trainer-1.json" in keys(account), "told, not deleted"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("email,name\na@example.com,Ann\n", r"new\.json is not a file of JSON lines.*new\.json, line 1"),
        ('[{"email": "a@example.com"}]\n', r"is not a file of JSON lines"),
        ('{\n  "email": "a@example.com"\n}\n', r"is not a file of JSON lines"),
        ('{"email": "a@example.com", "lastUpdateDate": "soon"}\n', r"new\.json, line 1.*lastupdatedate"),
    ],
)
def test_other_files_are_refused_before_anything_is_sent(
    account: EmulatedAccount, deployment: Deployment, landing: Path, text: str, words: str
) -> None:
    (landing / "customer" / "landing" / "new.json").write_text(text)
    with pytest.raises(GlueLocalError, match=words):
        upload_landing.upload_landing(landing, deployment, QUIET)
    assert keys(account) == {}


ODD = [
    "a b.json",
    "a+b.json",
    "100%.json",
    "%41.json",
    "Zürich ☃.json",
    'day=2026-01-01/it\'s "a" & <b>.json',
    "a;b,c=d@e.json",
]


def test_any_file_name_is_a_key_that_jobs_read(account: EmulatedAccount, deployment: Deployment, landing: Path) -> None:
    folder = landing / "customer" / "landing"
    for number, name in enumerate(ODD):
        (folder / name).parent.mkdir(exist_ok=True)
        record = {"email": f"odd{number}@example.com", "serialNumber": "s", "shareWithResearchAsOfDate": 1}
        (folder / name).write_text(json.dumps({**record, "lastUpdateDate": 1}) + "\n")
    assert len(upload_landing.upload_landing(landing, deployment, QUIET).sent) == 6 + len(ODD)
    assert keys(account) == files(landing)
    assert upload_landing.upload_landing(landing, deployment, QUIET).sent == []
    assert account.run("customer_landing_to_trusted")["JobRunState"] == "SUCCEEDED"
    found = Athena(deployment).query("select email from customer_trusted where email like 'odd%'").rows
    assert len(found) == len(ODD)


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        ("AccessDenied", "User: x is not authorized to perform: kms:GenerateDataKey on resource: y", "KMS key of the"),
        ("KMS.DisabledException", "key is disabled", "KMS key of the bucket's encryption is not yours to use, disabled"),
        ("PermanentRedirect", "must be addressed using the specified endpoint", "in another region"),
        ("301", "Moved Permanently", "in another region"),
        ("AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-west-1'", "in another region"),
        ("InvalidRequest", "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters", "has Object Lock"),
        ("AccessDenied", "Access Denied", "make policy WHO=engineer"),
        ("403", "Forbidden", "whose requester pays"),
        ("NoSuchBucket", "The specified bucket does not exist", "run `make apply` first"),
        ("SlowDown", "Please reduce your request rate", "S3 refuses s3://b/k. AWS says: An error occurred"),
    ],
)  # fmt: skip
def test_why_s3_refuses_is_told(code: str, message: str, words: str) -> None:
    upload = upload_landing.Upload(Path("f"), "b", "k")
    for operation in ("HeadObject", "PutObject"):
        error = ClientError({"Error": {"Code": code, "Message": message}}, operation)
        told = str(upload_landing.refusal(upload, error))
        assert words in told
        assert message in told, "AWS's own words are there too"


def test_an_upload_that_is_refused_is_told_in_a_line(
    account: EmulatedAccount, deployment: Deployment, landing: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(upload_landing, "deployment", lambda: deployment)
    monkeypatch.setattr(upload_landing, "remote_checksum", lambda *_: "")
    monkeypatch.setattr("sys.argv", ["upload_landing", "--landing", str(landing)])
    account.s3.delete_bucket(Bucket=LAKE)
    monkeypatch.setattr(upload_landing, "removed_objects", lambda *_: [])
    assert upload_landing.main() == 1
    assert "there is no such bucket; run `make apply` first" in capsys.readouterr().err


def test_a_bucket_with_object_lock_and_a_key_of_its_own(
    account: EmulatedAccount, deployment: Deployment, landing: Path
) -> None:
    """Both are no hindrance: each object is sent with its checksum, and compared by that, not by its ETag."""
    account.s3.delete_bucket(Bucket=LAKE)
    place = {"LocationConstraint": REGION}
    account.s3.create_bucket(Bucket=LAKE, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    account.s3.put_object_lock_configuration(Bucket=LAKE, ObjectLockConfiguration=lock)
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    account.s3.put_bucket_encryption(Bucket=LAKE, ServerSideEncryptionConfiguration={"Rules": [default]})
    assert len(upload_landing.upload_landing(landing, deployment, QUIET).sent) == 6
    assert upload_landing.upload_landing(landing, deployment, QUIET).sent == []


def test_a_damaged_object_is_noticed(
    account: EmulatedAccount, deployment: Deployment, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = upload_landing.remote_checksum
    monkeypatch.setattr(upload_landing, "remote_checksum", lambda s3, one: real(s3, one)[::-1])
    with pytest.raises(GlueLocalError, match="changed during the upload, or the object was damaged"):
        upload_landing.upload_landing(landing, deployment, QUIET)
    monkeypatch.undo()
    del account


def test_a_file_of_several_parts_has_the_checksum_that_s3_gives(
    account: EmulatedAccount, deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_landing, "PART_BYTES", 5 << 20)
    file = tmp_path / "big.json"
    file.write_bytes(os.urandom(12 << 20))
    one = upload_landing.Upload(file, LAKE, "customer/landing/big.json")
    assert upload_landing.send(deployment.client("s3"), one, lambda _: None)
    assert not upload_landing.send(deployment.client("s3"), one, lambda _: None)
    assert keys(account)["customer/landing/big.json"] == file.read_bytes()


def test_a_killed_upload_goes_on(
    account: EmulatedAccount, deployment: Deployment, landing: Path, tmp_path: Path
) -> None:
    # enough files that a kill hits the sending
    folder = landing / "accelerometer" / "landing"
    text = (folder / "accelerometer-0.json").read_bytes()
    for number in range(150):
        (folder / f"more-{number}.json").write_bytes(text)
    line, environment = command(account, landing, deployment, tmp_path / "outputs.json")
    dice = random.Random(7)
    complete = files(landing)
    whole = {key: f'"{hashlib.md5(content).hexdigest()}"' for key, content in complete.items()}
    kills = 0
    for _ in range(KILLS):
        before = len(etags(account))
        upload = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(lambda: etags(account), lambda there: len(there) > before)  # noqa: B023
        time.sleep(dice.uniform(0, 0.1))
        kills += upload.poll() is None
        upload.send_signal(signal.SIGKILL)
        upload.wait()
        assert etags(account).items() <= whole.items(), "an object is whole or not there"
    assert kills == KILLS, "each kill hits the sending"
    done = subprocess.run([*line, "--json"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert len(told["sent"]) + len(told["skipped"]) == len(complete)
    assert keys(account) == complete


def test_missing_things_are_told(
    account: EmulatedAccount, deployment: Deployment, landing: Path, tmp_path: Path
) -> None:
    line, environment = command(account, landing, deployment, tmp_path / "outputs.json")

    def told(environment: dict[str, str], words: list[str] = line) -> str:
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    lost = {**environment, OUTPUTS: str(tmp_path / "none.json")}
    assert "cannot find out what is deployed" in told(lost)
    (tmp_path / "empty.json").write_text("{}")
    assert "nothing is deployed yet" in told({**environment, OUTPUTS: str(tmp_path / "empty.json")})
    nobody = {key: value for key, value in environment.items() if not key.startswith("AWS_")}
    nobody |= {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    assert "AWS needs credentials" in told(nobody)
    assert "Could not connect" in told({**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    account.s3.delete_bucket(Bucket=LAKE)
    assert "NoSuchBucket" in told(environment)
    other = [*line[:-1], str(tmp_path)]
    assert "LANDING must name a folder that contains accelerometer/landing" in told(environment, other)
