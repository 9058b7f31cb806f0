"""The Terraform configuration: its form, its plans, and a whole deployment on the emulator on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest

from awsglue_local.athena.ddl import read_ddl
from awsglue_local.storage.endpoint import NOBODY
from awsglue_local.storage.whole_file import write_file
from glue_canvas import compile_canvas, read_canvas, read_job_folders
from glue_canvas.flow.job_order import graph_of
from glue_emulator import GlueEmulator
from scripts import stedi
from scripts.aws import teardown
from scripts.aws.rehearsed_people import acting_as, make_person
from scripts.checks import check_queries
from scripts.deployment import terraform
from scripts.deployment.manifest import manifest, text_of
from scripts.deployment.policies import names, policy_of, size_of
from scripts.deployment.target import PARTS, Target
from scripts.deployment.workspace import environment_of
from scripts.stedi import ROOT
from tests import tools
from tests.glue_emulator.emulated import wait
from tests.lakehouse.tables import FIVE
from tests.terraform import who_may_what
from tests.terraform.job_repositories import write_worlds
from tests.terraform.judging import allowed, as_list, calls_of, idle, statements_of_person
from tests.terraform.planned import FILE, keep_the_five, planned
from tests.terraform.who_may_what import Call

JOBS = read_job_folders(stedi.JOBS)
ACCOUNT, REGION = "123456789012", "eu-west-1"
LAKE = f"stedi-prod-lake-{ACCOUNT}-{REGION}"
ASSETS = f"stedi-prod-assets-{ACCOUNT}-{REGION}"
NEW_JOB = "again"
AWS = {
    "AWS_ACCESS_KEY_ID": NOBODY[0],
    "AWS_SECRET_ACCESS_KEY": NOBODY[1],
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "TF_IN_AUTOMATION": "1",
    "CHECKPOINT_DISABLE": "1",
}


class Copy:
    """A copy of the repository's parts that Terraform reads, to be planned, applied and changed."""

    def __init__(self, root: Path, keys: dict[str, str] | None = None) -> None:
        self.folder, self.keys = root / "terraform", keys or {}
        for name in PARTS:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
        write_worlds(self.folder / "tests")
        self.run("init", "-input=false", *terraform.plugin_arguments())

    def run(self, *arguments: str, variables: dict[str, str] | None = None, fails: bool = False) -> str:
        """Run Terraform and return what it printed."""
        done = subprocess.run(
            [*terraform.command(), *arguments],
            cwd=self.folder,
            env={
                **clean_environment(),
                **AWS,
                **self.keys,
                **{f"TF_VAR_{name}": value for name, value in (variables or {}).items()},
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        printed = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, printed[-6000:]
        return re.sub(r"\x1b\[[0-9;]*m", "", printed)


def clean_environment() -> dict[str, str]:
    """Return the environment without what would lead Terraform or AWS elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    return kept | ({"TF_PLUGIN_DIR": os.environ["TF_PLUGIN_DIR"]} if "TF_PLUGIN_DIR" in os.environ else {})


@pytest.fixture(scope="module")
def terraform_copy(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Copy:  # noqa: ARG001
    """Give a copy with STEDI's five jobs that no test changes."""
    copy = Copy(tmp_path_factory.mktemp("unchanged"))
    keep_the_five(copy.folder.parent)
    return copy


def test_files_are_formatted_and_valid(terraform_copy: Copy) -> None:
    terraform_copy.run("fmt", "-check", "-recursive")
    terraform_copy.run("validate")


@pytest.mark.usefixtures("terraform")
def test_the_planned_resources_are_those_in_the_file(address: str, tmp_path: Path) -> None:
    there = json.loads(FILE.read_text(encoding="utf-8"))
    found = planned(address, tmp_path)
    assert sorted(found) == sorted(there)
    assert [one for one in found if found[one] != there[one]] == [], "run `make planned` and look at what changes"


def test_every_skip_of_a_check_has_its_reason() -> None:
    for path in (ROOT / "terraform").glob("*.tf"):
        for line in path.read_text().splitlines():
            if "checkov:skip" in line:
                assert re.search(r"checkov:skip=CKV\w+:.{10,}", line), f"{path.name}: {line}"


def test_every_variable_is_typed_described_and_checked() -> None:
    text = (ROOT / "terraform" / "variables.tf").read_text()
    unchecked = {"tags", "studio_jobs_dir", "ddl_dir", "checks_dir", "force_destroy", "lifecycle_rules", "glue_canvas"}
    unchecked |= {
        "crawlers_in_workflow",
        "push_canvases",
        "queries_dir",
        "manifest",
        "glue_sends_source_account",
        "lake_formation",
    }
    for name, body in re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', text, re.MULTILINE | re.DOTALL):
        assert "  type " in body, name
        assert "  description " in body, name
        assert ("validation {" in body) == (name not in unchecked), name


def test_no_policy_allows_everything() -> None:
    text = (ROOT / "terraform" / "access.tf").read_text()
    actions = re.findall(r'"([a-z0-9]+:[^"/]*)"', text)
    assert not [action for action in actions if "*" in action and action.count(":") == 1]
    assert text.count('resources = ["*"]') == 3, (
        "PutMetricData, GetSecurityConfiguration and two lists take no resource"
    )


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file that notes who asked for what."""
    return tmp_path_factory.mktemp("calls") / "calls.jsonl"


@pytest.fixture(scope="module")
def address(calls: Path) -> Iterator[str]:
    """Serve AWS, with IAM enforced, for the deployments of this module."""
    patch = pytest.MonkeyPatch()
    for name, value in AWS.items():
        patch.setenv(name, value)
    try:
        with GlueEmulator(enforce_iam=True, calls=calls) as emulator:
            yield emulator.address
    finally:
        patch.undo()


@pytest.fixture(scope="module")
def deployer(address: str) -> dict[str, str]:
    """Give the keys of a deployer of two projects, as whom Terraform runs."""
    keys = make_person("deployer", address)
    iam = boto3.client("iam", endpoint_url=address, region_name=REGION)
    for name, document in {
        **{f"rules-{name}": policy_of(name, ACCOUNT, REGION, prefix="rules") for name in names("deployer")},
        "new-job": with_job(policy_of("deployer", ACCOUNT, REGION), NEW_JOB),
    }.items():
        iam.put_user_policy(UserName="deployer", PolicyName=name, PolicyDocument=json.dumps(document))
    return keys


def with_job(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the policy that a repository with a further job has."""
    (jobs,) = [one for one in document["Statement"] if one["Sid"] == "Jobs"]
    return {**document, "Statement": [{**jobs, "Resource": f"arn:aws:glue:{REGION}:{ACCOUNT}:job/{name}"}]}


@pytest.fixture(scope="module")
def with_rules(
    terraform: None,  # noqa: ARG001
    address: str,
    deployer: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Future[str]]:
    """Apply buckets with lifecycle rules, for which the provider waits a minute, while other tests run."""
    copy = Copy(tmp_path_factory.mktemp("rules"), deployer)
    variables = {"endpoint_url": address, "prefix": "rules"}
    target = "-target=aws_s3_bucket_lifecycle_configuration.this"
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(copy.run, "apply", "-auto-approve", "-input=false", target, variables=variables)


@pytest.fixture(scope="module")
def deployed(
    terraform: None,  # noqa: ARG001
    with_rules: Future[str],  # noqa: ARG001
    address: str,
    deployer: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Deployment:
    """Give the whole lakehouse, applied."""
    deployment = Deployment(Copy(tmp_path_factory.mktemp("deployment"), deployer), address)
    deployment.apply()
    return deployment


class Deployment:
    """The lakehouse on an endpoint."""

    def __init__(self, copy: Copy, address: str) -> None:
        self.copy, self.address = copy, address
        self.variables = {
            "endpoint_url": address,
            "lifecycle_rules": "false",
            "force_destroy": "true",
            "tags": '{"Owner": "data"}',
            "glue_canvas": str(ROOT / ".venv" / "bin" / "glue-canvas"),
        }

    def client(self, service: str) -> Any:
        """Return a client of a service."""
        return boto3.client(service, endpoint_url=self.address, region_name=REGION)

    def apply(self) -> str:
        """Apply and return what Terraform printed."""
        return self.copy.run("apply", "-auto-approve", "-input=false", variables=self.variables)

    def compile(self) -> None:
        """Write the manifest, as `make compile` does."""
        repository = self.copy.folder.parent
        made = manifest(repository / "studio_jobs", repository / "ddl")
        write_file(self.copy.folder / "lakehouse.json", text_of(made))

    def plan(self, fails: bool = False) -> str:
        """Plan and return what Terraform printed."""
        return self.copy.run("plan", "-input=false", fails=fails, variables=self.variables)

    def job(self, name: str) -> dict[str, Any]:
        """Return a job as it is."""
        return dict(self.client("glue").get_job(JobName=name)["Job"])


def test_tables_are_those_of_the_ddl(deployed: Deployment) -> None:
    glue = deployed.client("glue")
    there = {table["Name"]: table for table in glue.get_tables(DatabaseName="stedi")["TableList"]}
    assert set(there) == {path.stem for path in (ROOT / "ddl").glob("*.sql")}
    for path in (ROOT / "ddl").glob("*.sql"):
        wanted, table = read_ddl(path, {"bucket": LAKE}).definition, there[path.stem]
        storage, made = wanted["StorageDescriptor"], table["StorageDescriptor"]
        assert [(one["Name"], one["Type"], one.get("Comment")) for one in made["Columns"]] == [
            (one["Name"], one["Type"], one.get("Comment")) for one in storage["Columns"]
        ]
        assert made["Location"] == storage["Location"]
        assert (made["InputFormat"], made["OutputFormat"]) == (storage["InputFormat"], storage["OutputFormat"])
        assert made["SerdeInfo"]["SerializationLibrary"] == storage["SerdeInfo"]["SerializationLibrary"]
        parameters = {"serialization.format": "1", **storage["SerdeInfo"]["Parameters"]}
        assert made["SerdeInfo"]["Parameters"] == parameters
        assert table["Description"] == wanted["Description"]
        assert table["TableType"] == "EXTERNAL_TABLE"
        assert {"EXTERNAL": "TRUE", **wanted["Parameters"]} == table["Parameters"]


def test_jobs_are_those_of_the_canvases(deployed: Deployment) -> None:
    s3 = deployed.client("s3")
    for canvas in JOBS:
        job, definition = deployed.job(canvas.job_name), canvas.definition
        assert job["JobMode"] == "VISUAL"
        assert job["CodeGenConfigurationNodes"] == {node.id: {node.kind: node.fields} for node in canvas.nodes.values()}
        key = f"scripts/{canvas.job_name}.py"
        assert job["Command"]["ScriptLocation"] == f"s3://{ASSETS}/{key}"
        assert s3.get_object(Bucket=ASSETS, Key=key)["Body"].read() == compile_canvas(canvas).encode()
        assert job["Role"] == f"arn:aws:iam::{ACCOUNT}:role/stedi-prod-jobs"
        for member, name in {
            "GlueVersion": "glueVersion",
            "WorkerType": "workerType",
            "NumberOfWorkers": "numberOfWorkers",
            "Timeout": "timeout",
            "ExecutionClass": "executionClass",
            "Description": "description",
        }.items():
            assert job[member] == definition[name], member
        arguments = dict(job["DefaultArguments"])
        assert arguments.pop("--TempDir") == f"s3://{ASSETS}/temporary/"
        assert arguments.pop("--custom-logGroup-prefix") == "/aws-glue/jobs/stedi-prod"
        assert arguments == definition["defaultArguments"]
        assert job.get("MaxRetries", 0) == definition["maxRetries"]
        assert "SecurityConfiguration" not in job, "without a KMS key there is nothing to configure"
        assert job["JobRunQueuingEnabled"] is True


def test_triggers_are_the_graph_of_the_canvases(deployed: Deployment) -> None:
    glue = deployed.client("glue")
    waits = {job: set(before) for job, before in graph_of(JOBS).upstream.items()}
    made: dict[str, set[str]] = {}
    for trigger in glue.get_triggers()["Triggers"]:
        assert trigger["WorkflowName"] == "stedi-prod"
        conditions = trigger.get("Predicate", {}).get("Conditions", [])
        assert all(one["State"] == "SUCCEEDED" for one in conditions)
        assert trigger.get("Predicate", {}).get("Logical", "AND") == "AND"
        for action in trigger["Actions"]:
            made[action["JobName"]] = {one["JobName"] for one in conditions}
    assert made == waits
    start = glue.get_trigger(Name="stedi-prod-start")["Trigger"]
    assert (start["Type"], start["State"]) == ("ON_DEMAND", "CREATED")
    assert glue.list_workflows()["Workflows"] == ["stedi-prod"]


def test_buckets_are_private_versioned_and_encrypted(deployed: Deployment) -> None:
    s3 = deployed.client("s3")
    for bucket in (LAKE, ASSETS, LAKE.replace("lake", "logs")):
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        (tls,) = [one for one in statements if one["Sid"] == "TlsOnly"]
        assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        assert {tag["Key"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]} >= {"Project", "Environment"}
    keys = {one["Key"] for one in s3.list_objects_v2(Bucket=LAKE)["Contents"]}
    assert keys == {"customer/landing/", "accelerometer/landing/", "step_trainer/landing/"}
    assert s3.get_bucket_logging(Bucket=LAKE)["LoggingEnabled"]["TargetPrefix"] == "lake/"


def policy(deployed: Deployment, role: str) -> list[dict[str, Any]]:
    document = deployed.client("iam").get_role_policy(RoleName=role, PolicyName="lakehouse")["PolicyDocument"]
    return list(document["Statement"])


def test_jobs_may_read_landing_and_replace_zones_and_no_more(deployed: Deployment) -> None:
    statements = {one["Sid"]: one for one in policy(deployed, "stedi-prod-jobs")}
    places = [f"arn:aws:s3:::{LAKE}/{place}/landing" for place in ("customer", "accelerometer", "step_trainer")]
    landing = {*places, *(f"{place}/*" for place in places)}
    assert set(as_list(statements["ReadLanding"]["Resource"])) == landing
    assert as_list(statements["ReadLanding"]["Action"]) == ["s3:GetObject"]
    written = {
        resource
        for one in statements.values()
        if "s3:PutObject" in as_list(one["Action"])
        for resource in as_list(one["Resource"])
    }
    assert not written & landing
    updated = {
        resource.rsplit("/", 1)[1]
        for resource in as_list(statements["UpdateZonePartitions"]["Resource"])
        if ":table/" in resource
    }
    assert updated == {name for _, name in graph_of(JOBS).written}
    for one in statements.values():
        assert not [action for action in as_list(one["Action"]) if "*" in action]
        assert one["Sid"] in ("Metrics", "SecurityConfiguration") or "*" not in as_list(one["Resource"])


def test_analysts_see_nothing_of_the_landing_zone(deployed: Deployment) -> None:
    iam = deployed.client("iam")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/stedi-prod-analysts"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert "landing" not in json.dumps(document)
    assert "customer/trusted" not in json.dumps(document), "it has names, phones and e-mail addresses"
    assert "machine_learning/curated" in json.dumps(document)
    assert f"{ASSETS}/athena/" not in json.dumps(document), "results of checks show landing rows"
    assert "workgroup/stedi-prod-analysts" in json.dumps(document)


def policy_of_analysts(deployed: Deployment) -> list[dict[str, Any]]:
    iam = deployed.client("iam")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/stedi-prod-analysts"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return list(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]["Statement"])


ROLES = {
    "jobs": (who_may_what.JOB_CALLS, who_may_what.JOB_MUST_NOT),
    "crawlers": (who_may_what.CRAWLER_CALLS, who_may_what.CRAWLER_MUST_NOT),
    "analysts": (who_may_what.ANALYST_CALLS, who_may_what.ANALYST_MUST_NOT),
}


def statements_of(deployed: Deployment, role: str) -> list[dict[str, Any]]:
    return policy_of_analysts(deployed) if role == "analysts" else policy(deployed, f"stedi-prod-{role}")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_it_is_known_to_do_and_nothing_that_it_must_not(deployed: Deployment, role: str) -> None:
    statements, (calls, forbidden) = statements_of(deployed, role), ROLES[role]
    assert [f"{one.action} on {one.resource}: {one.source}" for one in calls if not allowed(statements, one)] == []
    assert [f"{one.action} on {one.resource}" for one in forbidden if allowed(statements, one)] == []
    assert all(one.source for one in calls), "every call has the page that says that it is made"


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_allowed_that_nobody_needs(deployed: Deployment, role: str) -> None:
    """Take each action of each statement away: some known call has to fail without it."""
    assert idle(statements_of(deployed, role), ROLES[role][0]) == []


@pytest.mark.parametrize(("role", "limit"), [("jobs", 10240), ("crawlers", 10240), ("analysts", 6144)])
def test_iam_takes_the_policies_of_roles(deployed: Deployment, role: str, limit: int) -> None:
    """Characters, white space apart: a role's inline policies together, and a managed policy (IAM and AWS STS quotas)."""
    assert size_of({"Statement": statements_of(deployed, role)}) <= limit


def test_what_the_readme_imports_is_there() -> None:
    text = (ROOT / "terraform" / "README.md").read_text(encoding="utf-8")
    addresses = re.findall(r"^  to = (\S+)$", text, re.MULTILINE)
    assert len(addresses) == 4
    assert set(addresses) <= set(json.loads(FILE.read_text(encoding="utf-8")))


def test_athena_has_the_ddl_and_every_check(deployed: Deployment) -> None:
    athena = deployed.client("athena")
    ids = athena.list_named_queries(WorkGroup="stedi-prod")["NamedQueryIds"]
    queries = {
        one["Name"]: one["QueryString"] for one in (athena.get_named_query(NamedQueryId=i)["NamedQuery"] for i in ids)
    }
    checks = {f"check {name}": text for name, text in check_queries().items()}
    ddl = {f"ddl {path.stem}": path.read_text().replace("${bucket}", LAKE) for path in (ROOT / "ddl").glob("*.sql")}
    others = {f"query {path.stem}": path.read_text() for path in (ROOT / "scripts" / "queries").glob("*.sql")}
    assert queries == checks | ddl | others
    assert "query training_split" in queries
    group = athena.get_work_group(WorkGroup="stedi-prod")["WorkGroup"]["Configuration"]
    assert group["EnforceWorkGroupConfiguration"]
    assert group["BytesScannedCutoffPerQuery"] == 10 * 1024**3


def test_failures_reach_the_topic(deployed: Deployment) -> None:
    events = deployed.client("events")
    rules = {rule["Name"]: json.loads(rule["EventPattern"]) for rule in events.list_rules()["Rules"]}
    assert rules["stedi-prod-job-failure"]["detail"]["jobName"] == sorted(canvas.job_name for canvas in JOBS)
    for name in rules:
        (target,) = events.list_targets_by_rule(Rule=name)["Targets"]
        assert target["Arn"] == f"arn:aws:sns:{REGION}:{ACCOUNT}:stedi-prod-alarms"
    assert rules["stedi-prod-job-failure"]["detail"]["state"] == ["FAILED", "TIMEOUT", "STOPPED"]
    assert {name: rule["detail-type"] for name, rule in rules.items()} == {
        "stedi-prod-job-failure": ["Glue Job State Change"],
        "stedi-prod-job-slow-failure": ["Glue Job Run Status"],
        "stedi-prod-crawler-failure": ["Glue Crawler State Change"],
    }
    assert {deployed.job(canvas.job_name)["NotificationProperty"]["NotifyDelayAfter"] for canvas in JOBS} == {
        60 // len(JOBS)
    }
    retention = {
        one["logGroupName"]: one["retentionInDays"]
        for one in deployed.client("logs").describe_log_groups()["logGroups"]
    }
    assert set(retention.values()) == {30}
    assert set(retention) == {"/aws-glue/jobs/stedi-prod/output", "/aws-glue/jobs/stedi-prod/error"}


def described_crawler(glue: Any, name: str) -> dict[str, Any]:
    return dict(glue.get_crawler(Name=name)["Crawler"])


def test_a_second_plan_is_empty_even_after_a_crawl(deployed: Deployment) -> None:
    glue = deployed.client("glue")
    before = glue.get_tables(DatabaseName="stedi")["TableList"]
    for crawler in ("stedi-prod-landing", "stedi-prod-zone"):
        glue.start_crawler(Name=crawler)
        ended = wait(partial(described_crawler, glue, crawler), lambda one: one["State"] == "READY")
        assert ended["LastCrawl"]["Status"] == "SUCCEEDED", ended["LastCrawl"]
    assert glue.get_tables(DatabaseName="stedi")["TableList"] == before
    assert "No changes. Your infrastructure matches the configuration." in deployed.plan()


def test_a_change_touches_what_is_its_own(deployed: Deployment) -> None:
    """A changed canvas and statement, planned; then applied with a new job, its table, and a setting of all jobs."""
    before = {canvas.job_name: deployed.job(canvas.job_name) for canvas in JOBS}
    _change_canvas(deployed)
    _change_ddl(deployed)
    deployed.compile()
    changed = set(re.findall(r"^  # (\S+ ?\S*?\"?\]?) (?:will|must) be", deployed.plan(), re.MULTILINE))
    assert changed == {
        'aws_s3_object.script["customer_landing_to_trusted"]',
        'terraform_data.canvas["customer_landing_to_trusted"]',
        'aws_glue_catalog_table.this["customers_curated"]',
        'aws_athena_named_query.ddl["customers_curated"]',
    }
    _add_job(deployed)
    _change_timeouts(deployed)
    _change_descriptions(deployed)
    deployed.compile()
    deployed.variables |= _other_variables(deployed)
    deployed.apply()
    after = {canvas.job_name: deployed.job(canvas.job_name) for canvas in JOBS}
    canvases = [{name: job["CodeGenConfigurationNodes"] for name, job in jobs.items()} for jobs in (before, after)]
    assert [name for name in after if canvases[0][name] != canvases[1][name]] == ["customer_landing_to_trusted"]
    script = deployed.client("s3").get_object(Bucket=ASSETS, Key="scripts/customer_landing_to_trusted.py")
    assert b"> 1)" in script["Body"].read()
    triggers = deployed.client("glue").get_triggers()["Triggers"]
    (trigger,) = [
        one for one in triggers if {"JobName": NEW_JOB} in [{"JobName": a["JobName"]} for a in one["Actions"]]
    ]
    assert [one["JobName"] for one in trigger["Predicate"]["Conditions"]] == ["customer_trusted_to_curated"]
    assert deployed.job(NEW_JOB)["JobMode"] == "VISUAL"
    # Terraform's own update of a job knows no canvas
    assert {name: job["Timeout"] - before[name]["Timeout"] for name, job in after.items()} == dict.fromkeys(after, 5)
    assert {job["JobMode"] for job in after.values()} == {"VISUAL"}
    start = deployed.client("glue").get_trigger(Name="stedi-prod-start")["Trigger"]
    assert (start["Type"], start["State"]) == ("SCHEDULED", "ACTIVATED")
    planned = deployed.plan()
    assert "No changes" in planned, planned[planned.index("Terraform will") :]


def _other_variables(deployed: Deployment) -> dict[str, str]:
    """Return settings whose change takes what a deployer may do beside making and deleting."""
    key = deployed.client("kms").create_key()["KeyMetadata"]["Arn"]
    return {
        "tags": '{"Team": "steps"}',
        "alarm_email": "somebody@example.com",
        "schedule": "cron(0 2 * * ? *)",
        "crawler_schedule": "cron(0 3 * * ? *)",
        "analysts_tables": '["machine_learning_curated", "step_trainer_trusted"]',
        "glue_sends_source_account": "true",
        "kms_key_arn": key,
        "athena_bytes_limit": "20000000",
        "log_retention_days": "60",
    }


def _change_canvas(deployed: Deployment) -> None:
    path = deployed.copy.folder.parent / "studio_jobs" / "customer_landing_to_trusted"
    path = path / "customer_landing_to_trusted.json"
    path.write_bytes(path.read_bytes().replace(b'\\"0\\"', b'\\"1\\"', 1))
    canvas = read_canvas(path)
    canvas.script_path.write_bytes(compile_canvas(canvas).encode())


def _change_ddl(deployed: Deployment) -> None:
    path = deployed.copy.folder.parent / "ddl" / "customers_curated.sql"
    path.write_text(path.read_text().replace("Telephone number", "Telephone"))


def _change_timeouts(deployed: Deployment) -> None:
    path = deployed.copy.folder / "jobs.tf"
    text = path.read_text()
    path.write_text(re.sub(r"( timeout += each\.value\.timeout)", r"\1 + 5", text))
    assert path.read_text() != text


def _change_descriptions(deployed: Deployment) -> None:
    for name, words in {
        "catalog": "STEDI lakehouse",
        "workflow": "From landing",
        "access": "What the Glue jobs",
    }.items():
        path = deployed.copy.folder / f"{name}.tf"
        text = path.read_text()
        path.write_text(text.replace(f'"{words}', f'"Changed: {words}'))
        assert path.read_text() != text


def _add_job(deployed: Deployment) -> None:
    jobs = deployed.copy.folder.parent / "studio_jobs"
    text = (jobs / "customer_landing_to_trusted" / "customer_landing_to_trusted.json").read_text()
    text = text.replace("customer_trusted", "customers_again").replace("customer_landing_to_trusted", "again")
    text = text.replace('\\"Table\\":\\"customer_landing\\"', '\\"Table\\":\\"customers_curated\\"')
    (jobs / "again").mkdir()
    (jobs / "again" / "again.json").write_text(text)
    canvas = read_canvas(jobs / "again" / "again.json")
    canvas.script_path.write_bytes(compile_canvas(canvas).encode())
    ddl = deployed.copy.folder.parent / "ddl"
    (ddl / "customers_again.sql").write_text(
        (ddl / "customer_trusted.sql").read_text().replace("customer_trusted", "customers_again")
    )


def test_a_plan_with_an_old_manifest_names_the_file_and_the_command(deployed: Deployment) -> None:
    statement = deployed.copy.folder.parent / "ddl" / "customer_trusted.sql"
    text = statement.read_bytes()
    try:
        statement.write_bytes(text.replace(b"Telephone number", b"Telephone"))
        printed = deployed.copy.run("plan", "-input=false", "-refresh=false", fails=True, variables=deployed.variables)
    finally:
        statement.write_bytes(text)
    told = re.sub(r"\s+", " ", printed.replace("│", " "))
    assert "lakehouse.json is older than ../ddl/customer_trusted.sql: run `make compile`." in told


@pytest.mark.terraform
def test_checkov_finds_nothing() -> None:
    command = [
        str(tools.checkov()),
        "--directory",
        str(ROOT / "terraform"),
        "--skip-download",
        "--compact",
        "--output",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=clean_environment())
    summary = json.loads(done.stdout)["summary"]
    assert summary["failed"] == 0, done.stdout
    assert summary["passed"] > 100


def test_plans_without_aws(terraform_copy: Copy) -> None:
    printed = terraform_copy.run("test")
    assert re.search(r"Success! \d+ passed, 0 failed\.", printed)


def test_lifecycle_rules_as_they_are_applied(deployed: Deployment, with_rules: Future[str]) -> None:
    assert "Apply complete!" in with_rules.result()
    s3 = deployed.client("s3")
    days = {}
    for kind in ("lake", "assets", "logs"):
        bucket = f"rules-prod-{kind}-{ACCOUNT}-{REGION}"
        for rule in s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]:
            assert rule["Status"] == "Enabled"
            old, new = rule.get("NoncurrentVersionExpiration", {}), rule.get("Expiration", {})
            days[kind, rule["ID"]] = (rule["Filter"].get("Prefix"), old.get("NoncurrentDays"), new.get("Days"))
        s3.delete_bucket(Bucket=bucket)
    everywhere = {"old-versions": (7, None), "delete-markers": (None, None)}
    assert {key[1]: value[1:] for key, value in days.items() if key[0] == "lake"} == everywhere
    assert days["assets", "temporary-temporary"] == ("temporary/", 1, 7)
    assert days["assets", "temporary-athena"] == ("athena/", 1, 7)
    assert days["assets", "temporary-athena-analysts"] == ("athena-analysts/", 1, 7)
    assert days["logs", "temporary-"][1:] == (1, 30)


def test_teardown_asks_and_leaves_nothing(
    deployed: Deployment,
    deployer: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    deployed.client("s3").put_object(Bucket=LAKE, Key="customer/trusted/rows.parquet", Body=b"rows")
    for name, value in environment_of(deployed.address).items():
        monkeypatch.setenv(name, value)
    # as a person would have it: no leave to remove what holds data
    for name, value in {**deployed.variables, "force_destroy": "false"}.items():
        monkeypatch.setenv(f"TF_VAR_{name}", value)
    monkeypatch.setattr(Target, "folder", property(lambda _: deployed.copy.folder))
    monkeypatch.setattr(Target, "prepare", lambda _: None)
    monkeypatch.setattr("sys.argv", ["teardown"])
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert teardown.main() == 1
    told = capfd.readouterr().out
    assert re.search(rf"the bucket {LAKE} with \d+ object versions", told)
    assert "Nothing was changed." in told
    assert deployed.client("glue").list_workflows()["Workflows"] == ["stedi-prod"]
    monkeypatch.setattr("builtins.input", lambda _: "stedi-prod")
    with acting_as(deployer):
        assert teardown.main() == 0
    assert "Destroy complete!" in capfd.readouterr().out
    glue = deployed.client("glue")
    assert glue.list_jobs()["JobNames"] == []
    assert glue.get_databases()["DatabaseList"] == []
    assert glue.list_workflows()["Workflows"] == []
    assert glue.get_triggers()["Triggers"] == []
    assert deployed.client("s3").list_buckets()["Buckets"] == []
    assert deployed.client("sns").list_topics()["Topics"] == []
    groups = {one["logGroupName"] for one in deployed.client("logs").describe_log_groups()["logGroups"]}
    assert groups <= {"/aws-glue/crawlers"}, "crawlers share that group with all others of the account"
    assert deployed.client("events").list_rules()["Rules"] == []
    assert {one["Name"] for one in deployed.client("athena").list_work_groups()["WorkGroups"]} <= {"primary"}
    assert [role["RoleName"] for role in deployed.client("iam").list_roles()["Roles"]] == []


def test_a_deployer_may_do_nothing_that_nobody_needs(deployed: Deployment, calls: Path) -> None:  # noqa: ARG001
    """Take each action of each statement away: something that Terraform asked for has to fail without it."""
    found = idle(statements_of_person("deployer"), calls_of("deployer", calls))
    assert set(found) == set(who_may_what.NOT_ASKED_OF_THE_EMULATOR)


@pytest.mark.parametrize(
    ("who", "forbidden"),
    [("deployer", who_may_what.DEPLOYER_MUST_NOT), ("engineer", who_may_what.ENGINEER_MUST_NOT)],
)
def test_people_may_not_do_what_is_not_theirs(who: str, forbidden: list[Call]) -> None:
    statements = statements_of_person(who)
    assert [f"{one.action} on {one.resource}" for one in forbidden if allowed(statements, one)] == []


@pytest.mark.parametrize("target", ["plan", "apply", "destroy"])
def test_make_says_what_it_needs_before_it_starts(target: str, terraform: None, tmp_path: Path) -> None:  # noqa: ARG001
    environment = {**clean_environment(), "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        ["make", "--no-print-directory", target], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode != 0
    assert "Required: AWS credentials and a region" in done.stdout
    assert "Missing: credentials, a region." in done.stderr


def test_the_readmes_name_the_cost() -> None:
    definitions = [canvas.definition for canvas in JOBS if canvas.job_name in FIVE]
    highest = sum(one["numberOfWorkers"] * one["timeout"] * (1 + one["maxRetries"]) / 60 * 0.44 for one in definitions)
    lowest = sum(one["numberOfWorkers"] / 60 * 0.44 for one in definitions)
    for path in (ROOT / "README.md", ROOT / "terraform" / "README.md"):
        text = path.read_text(encoding="utf-8")
        assert f"{highest:.2f}" in text
        assert f"{lowest:.2f}" in text
