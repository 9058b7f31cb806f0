"""Workflows and triggers of the emulator."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.glue_emulator.emulated import BUCKET, REGION, EmulatedAccount, job_states, wait

FAILS = "raise ValueError('no')\n"


@pytest.fixture
def account(account: EmulatedAccount) -> EmulatedAccount:
    account.glue.create_workflow(Name="w", DefaultRunProperties={"where": "here"}, MaxConcurrentRuns=1)
    return account


def start(account: EmulatedAccount) -> str:
    return str(account.glue.start_workflow_run(Name="w")["RunId"])


def test_jobs_run_in_the_order_of_the_triggers(account: EmulatedAccount) -> None:
    script = "import sys\nprint(sys.argv[sys.argv.index('--WORKFLOW_RUN_ID') + 1])\n"
    for name in ("a", "b", "c", "d"):
        account.job(name, script)
    account.trigger("start", "ON_DEMAND", ["a", "b"])
    account.after("both", {"a": "SUCCEEDED", "b": "SUCCEEDED"}, ["c"])
    account.after("then", {"c": "SUCCEEDED"}, ["d"])
    run_id = start(account)
    run = account.workflow_run(run_id)
    assert run["Status"] == "COMPLETED"
    assert run["WorkflowRunProperties"] == {"where": "here"}
    assert job_states(run) == dict.fromkeys("abcd", "SUCCEEDED")
    statistics = run["Statistics"]
    assert (statistics["TotalActions"], statistics["SucceededActions"], statistics["FailedActions"]) == (4, 4, 0)
    nodes = {node["Name"]: node for node in run["Graph"]["Nodes"]}
    runs = {name: nodes[name]["JobDetails"]["JobRuns"][0] for name in "abcd"}
    assert max(runs["a"]["CompletedOn"], runs["b"]["CompletedOn"]) <= runs["c"]["StartedOn"]
    assert runs["c"]["CompletedOn"] <= runs["d"]["StartedOn"]
    assert runs["c"]["TriggerName"] == "both"
    assert account.log(runs["d"], "output") == run_id
    ids = {node["UniqueId"]: node["Name"] for node in run["Graph"]["Nodes"]}
    arrows = {(ids[edge["SourceId"]], ids[edge["DestinationId"]]) for edge in run["Graph"]["Edges"]}
    assert arrows == {
        ("start", "a"),
        ("start", "b"),
        ("a", "both"),
        ("b", "both"),
        ("both", "c"),
        ("c", "then"),
        ("then", "d"),
    }
    workflow = account.glue.get_workflow(Name="w", IncludeGraph=True)["Workflow"]
    assert workflow["LastRun"]["WorkflowRunId"] == run_id
    assert {node["UniqueId"] for node in workflow["Graph"]["Nodes"]} == set(ids)


def test_a_failure_stops_what_follows_and_a_resume_goes_on(account: EmulatedAccount) -> None:
    account.job("a")
    account.job("b", FAILS)
    account.job("c")
    account.job("rescue")
    account.trigger("start", "ON_DEMAND", ["a"])
    account.after("second", {"a": "SUCCEEDED"}, ["b"])
    account.after("third", {"b": "SUCCEEDED"}, ["c"])
    account.after("on failure", {"b": "FAILED"}, ["rescue"])
    run = account.workflow_run(start(account))
    assert job_states(run) == {"a": "SUCCEEDED", "b": "FAILED", "c": "", "rescue": "SUCCEEDED"}
    assert run["Status"] == "COMPLETED"
    assert run["Statistics"]["FailedActions"] == 1
    account.put("scripts/b.py", "pass\n")
    (failed,) = [node["UniqueId"] for node in run["Graph"]["Nodes"] if node["Name"] == "b"]
    resumed = account.glue.resume_workflow_run(Name="w", RunId=run["WorkflowRunId"], NodeIds=[failed])
    again = account.workflow_run(resumed["RunId"])
    assert again["PreviousRunId"] == run["WorkflowRunId"]
    assert job_states(again) == {"a": "SUCCEEDED", "b": "SUCCEEDED", "c": "SUCCEEDED", "rescue": ""}
    assert len(account.glue.get_job_runs(JobName="a")["JobRuns"]) == 1, "what had succeeded is not done again"
    with pytest.raises(ClientError, match="No job or crawler of the run"):
        account.glue.resume_workflow_run(Name="w", RunId=run["WorkflowRunId"], NodeIds=["wnode_none"])


def test_any_takes_the_first(account: EmulatedAccount) -> None:
    account.job("quick")
    account.job("slow", "import time\ntime.sleep(3)\n")
    account.job("next")
    account.trigger("start", "ON_DEMAND", ["quick", "slow"])
    account.after("either", {"quick": "SUCCEEDED", "slow": "SUCCEEDED"}, ["next"], logical="ANY")
    run = account.workflow_run(start(account))
    nodes = {node["Name"]: node for node in run["Graph"]["Nodes"]}
    runs = {name: nodes[name]["JobDetails"]["JobRuns"] for name in ("slow", "next")}
    assert len(runs["next"]) == 1
    assert runs["next"][0]["StartedOn"] < runs["slow"][0]["CompletedOn"]


def test_a_retried_job_counts_when_it_has_succeeded(account: EmulatedAccount) -> None:
    script = """
import boto3, os
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
first = "Contents" not in s3.list_objects_v2(Bucket="bucket", Prefix="tried")
s3.put_object(Bucket="bucket", Key="tried")
assert not first
"""
    account.job("wobbly", script, MaxRetries=1)
    account.job("next")
    account.trigger("start", "ON_DEMAND", ["wobbly"])
    account.after("then", {"wobbly": "SUCCEEDED"}, ["next"])
    run = account.workflow_run(start(account))
    assert job_states(run) == {"wobbly": "SUCCEEDED", "next": "SUCCEEDED"}
    (node,) = [node for node in run["Graph"]["Nodes"] if node["Name"] == "wobbly"]
    assert [one["JobRunState"] for one in node["JobDetails"]["JobRuns"]] == ["SUCCEEDED", "FAILED"]


def test_a_stopped_workflow_stops_its_jobs(account: EmulatedAccount) -> None:
    account.job("long", "import time\ntime.sleep(60)\n")
    account.job("next")
    account.trigger("start", "ON_DEMAND", ["long"])
    account.after("then", {"long": "STOPPED"}, ["next"])
    run_id = start(account)
    with pytest.raises(ClientError, match="Concurrent runs exceeded for workflow: w"):
        start(account)
    account.glue.stop_workflow_run(Name="w", RunId=run_id)
    run = account.workflow_run(run_id)
    assert run["Status"] == "STOPPED"
    assert job_states(run) == {"long": "STOPPED", "next": ""}, "a run that is stopped fires no trigger"
    with pytest.raises(ClientError, match="IllegalWorkflowStateException"):
        account.glue.stop_workflow_run(Name="w", RunId=run_id)


def test_a_trigger_that_is_switched_off_does_not_fire(account: EmulatedAccount) -> None:
    account.job("a")
    account.job("b")
    account.trigger("start", "ON_DEMAND", ["a"])
    account.after("then", {"a": "SUCCEEDED"}, ["b"])
    account.glue.stop_trigger(Name="then")
    assert job_states(account.workflow_run(start(account))) == {"a": "SUCCEEDED", "b": ""}
    account.glue.start_trigger(Name="then")
    assert job_states(account.workflow_run(start(account))) == {"a": "SUCCEEDED", "b": "SUCCEEDED"}


def test_a_workflow_over_crawlers(account: EmulatedAccount) -> None:
    account.put("data/people/a.json", '{"name": "ann"}\n')
    account.glue.create_database(DatabaseInput={"Name": "d"})
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/data/"}]}
    account.glue.create_crawler(Name="look", Role=account.role, DatabaseName="d", Targets=targets)
    account.job("after crawl")
    crawl = [{"CrawlerName": "look"}]
    account.glue.create_trigger(Name="start", Type="ON_DEMAND", WorkflowName="w", Actions=crawl)
    condition = {"LogicalOperator": "EQUALS", "CrawlerName": "look", "CrawlState": "SUCCEEDED"}
    account.trigger(
        "then",
        "CONDITIONAL",
        ["after crawl"],
        Predicate={"Logical": "AND", "Conditions": [condition]},
        StartOnCreation=True,
    )
    run = account.workflow_run(start(account))
    assert job_states(run) == {"after crawl": "SUCCEEDED"}
    (node,) = [node for node in run["Graph"]["Nodes"] if node["Type"] == "CRAWLER"]
    assert [crawl["State"] for crawl in node["CrawlerDetails"]["Crawls"]] == ["SUCCEEDED"]
    assert run["Statistics"]["SucceededActions"] == 2


def test_triggers_outside_of_workflows(account: EmulatedAccount) -> None:
    account.job("first", "import sys\nprint(sys.argv[sys.argv.index('--year') + 1])\n")
    account.job("second")
    account.glue.create_trigger(
        Name="go", Type="ON_DEMAND", Actions=[{"JobName": "first", "Arguments": {"--year": "2026"}}]
    )
    account.after("then", {"first": "SUCCEEDED"}, ["second"], workflow="")
    run = account.run("first", Arguments={"--year": "2000"})
    assert account.log(run, "output") == "2000"
    assert account.glue.get_job_runs(JobName="second")["JobRuns"] == [], "what a person starts sets off no trigger"
    account.glue.start_trigger(Name="go")
    wait(
        lambda: {"runs": account.glue.get_job_runs(JobName="second")["JobRuns"]},
        lambda seen: [run["JobRunState"] for run in seen["runs"]] == ["SUCCEEDED"],
    )
    triggered = account.glue.get_job_runs(JobName="first")["JobRuns"][0]
    assert (triggered["TriggerName"], account.log(triggered, "output")) == ("go", "2026")


def test_a_job_that_cannot_start_is_an_error_of_the_run(account: EmulatedAccount) -> None:
    account.job("busy", "import time\ntime.sleep(60)\n")
    busy = account.glue.start_job_run(JobName="busy")["JobRunId"]
    account.trigger("start", "ON_DEMAND", ["busy"])
    run = account.workflow_run(start(account))
    assert (run["Status"], run["Statistics"]["ErroredActions"]) == ("COMPLETED", 1)
    account.glue.batch_stop_job_run(JobName="busy", JobRunIds=[busy])


def test_a_resume_starts_with_the_triggers_arguments(account: EmulatedAccount) -> None:
    account.job("asks", "import sys\nprint(sys.argv[sys.argv.index('--k') + 1])\nassert 'ok' in sys.argv\n")
    actions = [{"JobName": "asks", "Arguments": {"--k": "v"}, "Timeout": 7}]
    account.glue.create_trigger(Name="start", Type="ON_DEMAND", WorkflowName="w", Actions=actions)
    run = account.workflow_run(start(account))
    (node,) = [node["UniqueId"] for node in run["Graph"]["Nodes"] if node["Name"] == "asks"]
    account.workflow_run(
        account.glue.resume_workflow_run(Name="w", RunId=run["WorkflowRunId"], NodeIds=[node])["RunId"]
    )
    again = account.glue.get_job_runs(JobName="asks")["JobRuns"][0]
    assert (again["Arguments"]["--k"], again["Timeout"]) == ("v", 7)


def test_one_refused_start_keeps_no_other_from_it(account: EmulatedAccount) -> None:
    account.job("busy", "import time\ntime.sleep(30)\n")
    account.job("first")
    account.job("other")
    account.glue.start_job_run(JobName="busy")
    account.glue.create_trigger(Name="go", Type="ON_DEMAND", Actions=[{"JobName": "first"}])
    account.after("both", {"first": "SUCCEEDED"}, ["busy", "other"], workflow="")
    account.glue.start_trigger(Name="go")
    wait(
        lambda: {"runs": account.glue.get_job_runs(JobName="other")["JobRuns"]},
        lambda seen: [run["JobRunState"] for run in seen["runs"]] == ["SUCCEEDED"],
    )


def test_a_changed_trigger_counts_from_the_next_run(account: EmulatedAccount) -> None:
    for name in ("a", "b"):
        account.job(name)
    account.trigger("start", "ON_DEMAND", ["a"])
    account.glue.update_trigger(Name="start", TriggerUpdate={"Actions": [{"JobName": "b"}]})
    assert job_states(account.workflow_run(start(account))) == {"b": "SUCCEEDED"}
    account.glue.delete_trigger(Name="start")
    with pytest.raises(ClientError, match="has no start trigger"):
        start(account)


def test_what_is_made_anew_has_no_tags_of_before(account: EmulatedAccount) -> None:
    glue, arn = account.glue, f"arn:aws:glue:{REGION}:123456789012"
    account.job("j")
    for tags in ({"old": "1"}, {}):
        glue.create_trigger(Name="t", Type="ON_DEMAND", Actions=[{"JobName": "j"}], Tags=tags)
        glue.create_database(DatabaseInput={"Name": "made"}, Tags=tags)
        targets = {"S3Targets": [{"Path": "s3://b/"}]}
        glue.create_crawler(Name="c", Role=account.role, DatabaseName="d", Targets=targets, Tags=tags)
        account.job("tagged", Tags=tags)
        for kind, name in {"trigger": "t", "database": "made", "crawler": "c", "job": "tagged"}.items():
            assert glue.get_tags(ResourceArn=f"{arn}:{kind}/{name}")["Tags"] == tags, kind
        glue.delete_trigger(Name="t")
        glue.delete_database(Name="made")
        glue.delete_crawler(Name="c")
        glue.delete_job(JobName="tagged")
