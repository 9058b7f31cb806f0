"""What AWS refuses of jobs, triggers and crawlers is refused, and what it takes is taken."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.glue_emulator.emulated import EmulatedAccount
from tests.glue_emulator.glue.test_crawlers import crawl

S3: dict[str, Any] = {"Targets": {"S3Targets": [{"Path": "s3://b/raw/"}]}, "DatabaseName": "d"}
CATALOG = {"Targets": {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}}
NEW_FOLDERS = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}
LOG = {"SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}}
UPDATE = {"SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}}


def refusal(call: Any, **asked: Any) -> str:
    """Return code and message of what a call is refused with."""
    with pytest.raises(ClientError) as refused:
        call(**asked)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"WorkerType": "G.9X", "NumberOfWorkers": 2}, "ValidationException"),
        ({"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
        ({"NumberOfWorkers": 2}, "Please set both Worker Type and Number of Workers."),
        ({"WorkerType": "G.1X", "NumberOfWorkers": 1}, "minimum allowed value of Number of Workers is 2."),
        ({"WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2.0}, "Please do not set Max Capacity"),
        ({"AllocatedCapacity": 2, "MaxCapacity": 2.0}, "Please set only Allocated Capacity or Max Capacity"),
        ({"Timeout": 10081}, "at most 10080 minutes"),
        ({"GlueVersion": "abc"}, "ValidationException"),
    ],
)
def test_jobs(account: EmulatedAccount, asked: dict[str, Any], words: str) -> None:
    account.job("there")
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/j.py"}
    glue = account.glue
    assert words in refusal(glue.create_job, Name="j", Role=account.role, Command=command, **asked)
    assert [one["Name"] for one in glue.get_jobs()["Jobs"]] == ["there"]
    update = {"Role": account.role, "Command": command, **asked}
    assert words in refusal(glue.update_job, JobName="there", JobUpdate=update)
    if "GlueVersion" not in asked:
        assert words in refusal(glue.start_job_run, JobName="there", **asked)


def test_python_shell_jobs_have_no_workers(account: EmulatedAccount) -> None:
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/j.py"}
    create = account.glue.create_job
    given = {"Role": account.role, "Command": command}
    assert "not supported for Job Command pythonshell" in refusal(
        create, Name="j", WorkerType="G.1X", NumberOfWorkers=2, **given
    )
    assert "0.0625 or 1" in refusal(create, Name="j", MaxCapacity=2.0, **given)
    create(Name="j", MaxCapacity=0.0625, **given)
    assert account.glue.get_job(JobName="j")["Job"]["MaxCapacity"] == 0.0625


@pytest.mark.parametrize(
    ("asked", "most", "allocated"),
    [
        ({"WorkerType": "G.2X", "NumberOfWorkers": 3}, 6.0, 6),
        ({"AllocatedCapacity": 5}, 5.0, 5),
        ({"MaxCapacity": 4.0}, 4.0, 4),
        ({}, 10.0, 10),
    ],
)
def test_the_capacity_is_computed(account: EmulatedAccount, asked: dict[str, Any], most: float, allocated: int) -> None:
    account.job("j", **asked)
    job = account.glue.get_job(JobName="j")["Job"]
    run_id = account.glue.start_job_run(JobName="j")["JobRunId"]
    run = account.glue.get_job_run(JobName="j", RunId=run_id)["JobRun"]
    for found in (job, run):
        assert (found["MaxCapacity"], found["AllocatedCapacity"]) == (most, allocated)


@pytest.mark.parametrize(("version", "minutes"), [("4.0", 2880), ("5.0", 480), ("5.1", 480)])
def test_the_timeout_follows_from_the_version(account: EmulatedAccount, version: str, minutes: int) -> None:
    account.job("j", GlueVersion=version)
    assert account.glue.get_job(JobName="j")["Job"]["Timeout"] == minutes


SUCCEEDED = {"LogicalOperator": "EQUALS", "State": "SUCCEEDED"}
J, K = {"JobName": "j"}, {"JobName": "k"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            {"Type": "ON_DEMAND", "Actions": [{"JobName": "nope"}]},
            "EntityNotFoundException: Job with name: nope not found",
        ),
        ({"Type": "ON_DEMAND", "Actions": [{"CrawlerName": "nope"}]}, "Crawler entry with name nope does not exist"),
        ({"Type": "ON_DEMAND", "Actions": [{}]}, "Both JobName and CrawlerName cannot be null"),
        ({"Type": "ON_DEMAND", "Actions": []}, "Actions cannot be null or empty"),
        ({"Type": "ON_DEMAND", "Actions": [J], "StartOnCreation": True}, "not supported for ON_DEMAND"),
        (
            {"Type": "CONDITIONAL", "Actions": [J], "Predicate": {"Conditions": [J | SUCCEEDED]}},
            "Job cannot be a Predicate and Action for Conditional Trigger.",
        ),
        (
            {"Type": "CONDITIONAL", "Actions": [J], "Predicate": {"Conditions": [{"JobName": "nope"} | SUCCEEDED]}},
            "Job with name: nope not found",
        ),
        ({"Type": "CONDITIONAL", "Actions": [J]}, "Predicate cannot be null or empty"),
        ({"Type": "CONDITIONAL", "Actions": [J], "Predicate": {"Conditions": []}}, "Predicate cannot be null or empty"),
        (
            {"Type": "CONDITIONAL", "Actions": [J], "Predicate": {"Conditions": [K | SUCCEEDED, K | SUCCEEDED]}},
            "Logical cannot be null",
        ),
        (
            {
                "Type": "CONDITIONAL",
                "Actions": [J],
                "Predicate": {"Conditions": [K | SUCCEEDED | {"State": "RUNNING"}]},
            },
            "choose from one of the following job state: [SUCCEEDED, STOPPED, FAILED, TIMEOUT]",
        ),
        ({"Type": "SCHEDULED", "Actions": [J]}, "Schedule cannot be null or empty"),
        ({"Type": "SCHEDULED", "Actions": [J], "Schedule": "rate(5 minutes)"}, "it is no cron(...)"),
        ({"Type": "SCHEDULED", "Actions": [J], "Schedule": "cron(0 12 * * ?)"}, "it has 5 fields, not six"),
        ({"Type": "SCHEDULED", "Actions": [J], "Schedule": "cron(0 25 * * ? *)"}, "25 is no hours"),
        ({"Type": "SCHEDULED", "Actions": [J], "Schedule": "cron(0 12 * * * *)"}, "one of day of month"),
        ({"Type": "EVENT", "Actions": [J]}, "needs a workflow"),
        ({"Type": "ON_DEMAND", "Actions": [J], "WorkflowName": "nope"}, "Workflow nope not found"),
    ],
)
def test_triggers(account: EmulatedAccount, asked: dict[str, Any], words: str) -> None:
    account.job("j")
    account.job("k")
    assert words in refusal(account.glue.create_trigger, Name="t", **asked)
    assert account.glue.get_triggers()["Triggers"] == []


@pytest.mark.parametrize(
    "schedule",
    [
        "cron(0 12 * * ? *)",
        "cron(15 10 ? * MON-FRI *)",
        "cron(0/10 * ? * MON-FRI *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0 18 L * ? 2025-2030)",
        "cron(0 9 ? JAN,JUL 2#1 *)",
    ],
)
def test_schedules_of_the_developer_guide_are_taken(account: EmulatedAccount, schedule: str) -> None:
    account.job("j")
    account.glue.create_trigger(Name="t", Type="SCHEDULED", Actions=[J], Schedule=schedule)
    account.glue.create_crawler(Name="c", Role=account.role, Schedule=schedule, **S3)


def test_a_trigger_is_not_written_over(account: EmulatedAccount) -> None:
    account.job("j")
    asked = {"Name": "t", "Type": "ON_DEMAND", "Actions": [J]}
    account.glue.create_trigger(**asked)
    assert refusal(account.glue.create_trigger, **asked).startswith("IdempotentParameterMismatchException")
    account.glue.create_workflow(Name="w")
    assert refusal(account.glue.create_workflow, Name="w").startswith("AlreadyExistsException")
    update = {"Actions": [{"JobName": "nope"}]}
    assert "not found" in refusal(account.glue.update_trigger, Name="t", TriggerUpdate=update)
    assert "is in state: CREATED" in refusal(account.glue.stop_trigger, Name="t")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (S3 | NEW_FOLDERS, "can have only LOG DeleteBehavior value and LOG UpdateBehavior value"),
        (S3 | NEW_FOLDERS | UPDATE, "can have only LOG DeleteBehavior value and LOG UpdateBehavior value"),
        (CATALOG | NEW_FOLDERS | LOG, "can only apply to Amazon S3 target"),
        (CATALOG, "can have only LOG DeleteBehavior value"),
        (S3 | {"Configuration": "{"}, "not valid JSON"),
        (S3 | {"Configuration": "{}"}, "needs Version 1.0"),
        (S3 | {"Configuration": '{"Version": 2.0}'}, "needs Version 1.0"),
        (
            S3 | {"Configuration": '{"Version": 1.0, "CrawlerOutput": {"Partitions": {"UpdateBehavior": "x"}}}'},
            "CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior.",
        ),
        (S3 | {"Configuration": '{"Version": 1.0, "CrawlerOutput": ["Tables"]}'}, "an object of objects"),
        (S3 | {"Configuration": '{"Version": 1.0, "CrawlerOutput": {"Tables": "x"}}'}, "an object of objects"),
        (S3 | {"Schedule": "cron(0 12 * * ?)"}, "it has 5 fields"),
        (S3 | {"Schedule": "cron(² 12 * * ? *)"}, "² is no minutes"),
    ],
)
def test_crawlers(account: EmulatedAccount, asked: dict[str, Any], words: str) -> None:
    assert words in refusal(account.glue.create_crawler, Name="c", Role=account.role, **asked)
    assert account.glue.get_crawlers()["Crawlers"] == []


def test_crawlers_that_are_taken(account: EmulatedAccount) -> None:
    create = account.glue.create_crawler
    create(Name="a", Role=account.role, **S3, **NEW_FOLDERS, **LOG)
    create(Name="b", Role=account.role, **CATALOG, **LOG)
    tables = '{"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}'
    create(Name="c", Role=account.role, Configuration=tables, **S3)
    assert "unsupported keys" in refusal(
        account.glue.update_crawler, Name="c", Configuration=tables.replace("AddOrUpdate", "Other")
    )


def test_segments_are_parts_of_the_partitions(account: EmulatedAccount) -> None:
    keys = [{"Name": "k", "Type": "string"}]
    account.glue.create_database(DatabaseInput={"Name": "d"})
    account.glue.create_table(DatabaseName="d", TableInput={"Name": "t", "PartitionKeys": keys})
    names = [f"v{number}" for number in range(25)]
    inputs = [{"Values": [name], "StorageDescriptor": {}} for name in names]
    account.glue.batch_create_partition(DatabaseName="d", TableName="t", PartitionInputList=inputs)
    table = {"DatabaseName": "d", "TableName": "t"}

    def values(**asked: Any) -> list[str]:
        return [one["Values"][0] for one in account.glue.get_partitions(**table, **asked)["Partitions"]]

    parts = [values(Segment={"SegmentNumber": number, "TotalSegments": 3}) for number in range(3)]
    assert sorted(value for part in parts for value in part) == sorted(names)
    assert all(parts)
    assert len(values(MaxResults=10)) == 10
    pages = account.glue.get_paginator("get_partitions").paginate(**table, PaginationConfig={"PageSize": 10})
    assert [len(page["Partitions"]) for page in pages] == [10, 10, 5]
    wrong = {"SegmentNumber": 3, "TotalSegments": 3}
    assert "less than TotalSegments" in refusal(account.glue.get_partitions, **table, Segment=wrong)


def test_crawls_are_filtered(account: EmulatedAccount) -> None:
    account.glue.create_crawler(Name="c", Role=account.role, **S3)
    crawl(account)
    crawls = account.glue.list_crawls
    one = crawls(CrawlerName="c")["Crawls"][0]

    def found(field: str, sign: str, value: str) -> int:
        asked = [{"FieldName": field, "FilterOperator": sign, "FieldValue": value}]
        return len(crawls(CrawlerName="c", Filters=asked)["Crawls"])

    assert found("CRAWL_ID", "EQ", one["CrawlId"]) == found("STATE", "EQ", one["State"]) == 1
    assert found("CRAWL_ID", "NE", one["CrawlId"]) == found("STATE", "EQ", "RUNNING") == 0
    later = str(round(one["StartTime"].timestamp() * 1000) + 60_000)
    assert (found("START_TIME", "LT", later), found("START_TIME", "GT", later)) == (1, 0)
    assert "Only EQ or NE operator is allowed for field : STATE" in refusal(
        crawls, CrawlerName="c", Filters=[{"FieldName": "STATE", "FilterOperator": "LT", "FieldValue": "RUNNING"}]
    )
    assert "Invalid Filter Provided" in refusal(
        crawls, CrawlerName="c", Filters=[{"FieldName": "CRAWL_ID", "FilterOperator": "NE"}]
    )
    for field, value, words in (
        ("DPU_HOUR", "abc", "abc is no number"),
        ("START_TIME", "9" * 30, "is no time"),
        ("START_TIME", "²", "² is no time"),
    ):
        asked = [{"FieldName": field, "FilterOperator": "LT", "FieldValue": value}]
        assert words in refusal(crawls, CrawlerName="c", Filters=asked)
    assert "Crawler entry with name nope does not exist" in refusal(crawls, CrawlerName="nope")
