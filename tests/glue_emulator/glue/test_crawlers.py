"""Crawlers of the emulator: what they make of files, and of tables that are there."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local.storage.table import storage_formats
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount, wait


@pytest.fixture
def account(account: EmulatedAccount) -> EmulatedAccount:
    account.glue.create_database(DatabaseInput={"Name": "d"})
    return account


def crawl(account: EmulatedAccount, name: str = "c") -> dict[str, Any]:
    account.glue.start_crawler(Name=name)
    return wait(lambda: account.glue.get_crawler(Name=name)["Crawler"], lambda crawler: crawler["State"] == "READY")


def on_s3(account: EmulatedAccount, path: str = "raw/", **more: Any) -> None:
    target = {"Path": f"s3://{BUCKET}/{path}", **more.pop("target", {})}
    account.glue.create_crawler(Name="c", Role=account.role, DatabaseName="d", Targets={"S3Targets": [target]}, **more)


def tables(account: EmulatedAccount) -> dict[str, Any]:
    return {one["Name"]: one for one in account.glue.get_tables(DatabaseName="d")["TableList"]}


def columns(table: dict[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Type"] for one in table["StorageDescriptor"]["Columns"]}


def parquet(**values: list[Any]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(values), stream)
    return stream.getvalue()


def test_an_s3_target_makes_a_table_a_folder(account: EmulatedAccount) -> None:
    account.put("raw/people/a.json", '{"Name": "ann", "age": 44, "tags": ["x"], "home": {"zip": 1}}\n{"Name": "bob"}\n')
    account.put("raw/people/b.json.gz", gzip.compress(b'{"Name": "cyd", "height": 1.5}\n'))
    account.put("raw/sales/a.csv", "id;amount;place\n1;2.5;here\n2;7;there\n")
    account.put("raw/deep/er/cubes/a.parquet", parquet(side=[1, 2], label=["x", "y"]))
    account.put("raw/_hidden/a.json", "{}\n")
    on_s3(account, TablePrefix="in_")
    crawler = crawl(account)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
    made = tables(account)
    assert set(made) == {"in_people", "in_sales", "in_cubes"}
    assert columns(made["in_people"]) == {
        "name": "string",
        "age": "int",
        "tags": "array<string>",
        "home": "struct<zip:int>",
        "height": "double",
    }
    assert columns(made["in_sales"]) == {"id": "bigint", "amount": "double", "place": "string"}
    assert columns(made["in_cubes"]) == {"side": "bigint", "label": "string"}
    assert made["in_cubes"]["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/raw/deep/er/cubes/"
    assert made["in_people"]["Parameters"]["recordCount"] == "3"
    assert account.rows("select count(*) n, sum(amount) s from in_sales") == [["n", "s"], ["2", "9.5"]]
    metrics = account.glue.get_crawler_metrics(CrawlerNameList=["c"])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (3, 0)
    assert [one["State"] for one in account.glue.list_crawls(CrawlerName="c")["Crawls"]] == ["COMPLETED"]


def test_partitions_are_found_and_new_ones_added(account: EmulatedAccount) -> None:
    account.put("raw/events/year=2024/month=1/a.json", '{"n": 1}\n')
    account.put("raw/events/year=2024/month=2/a.json", '{"n": 2}\n')
    on_s3(account)
    crawl(account)
    table = tables(account)["events"]
    assert [one["Name"] for one in table["PartitionKeys"]] == ["year", "month"]
    assert account.rows("select year, month, n from events order by n")[1:] == [["2024", "1", "1"], ["2024", "2", "2"]]
    account.put("raw/events/year=2025/month=1/a.json", '{"n": 3, "new": true}\n')
    crawler = crawl(account)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    found = account.glue.get_partitions(DatabaseName="d", TableName="events")["Partitions"]
    assert sorted(one["Values"] for one in found) == [["2024", "1"], ["2024", "2"], ["2025", "1"]]
    assert columns(tables(account)["events"]) == {"n": "int", "new": "boolean"}
    assert account.rows("show partitions events")[0] == ["year=2024/month=1"]


def test_folders_that_are_alike_are_partitions(account: EmulatedAccount) -> None:
    for day in ("monday", "tuesday"):
        account.put(f"raw/days/{day}/a.json", f'{{"day": "{day}", "n": 1}}\n')
    on_s3(account, "raw/days/")
    crawl(account)
    assert [one["Name"] for one in tables(account)["days"]["PartitionKeys"]] == ["partition_0"]


def test_folders_of_one_name_are_two_tables(account: EmulatedAccount) -> None:
    account.put("raw/a/x/f.csv", "id,n\n1,2\n")
    account.put("raw/b/x/f.json", '{"k": 1}\n')
    on_s3(account)
    assert crawl(account)["LastCrawl"]["Status"] == "SUCCEEDED"
    first, second = sorted(tables(account))
    assert first == "x"
    assert second.startswith("x_")
    assert account.rows(f"select k from {second}")[1:] == [["1"]]
    crawl(account)
    assert sorted(tables(account)) == [first, second]


def test_one_bad_folder_keeps_no_other_from_being_a_table(account: EmulatedAccount) -> None:
    account.put("raw/a/x/f.json", "{}\n")
    account.put("raw/a/y.json", "{}\n")
    account.put("raw/b/f.json", '{"k": 1, "K": 2, "s": "\u2028"}\n')
    account.put("raw/c/f.json", '[{"k": 1}]\n')
    on_s3(account)
    last = crawl(account)["LastCrawl"]
    assert (last["Status"], "different depths" in last["ErrorMessage"]) == ("FAILED", True)
    assert set(tables(account)) == {"b"}, "a table has columns"
    assert set(columns(tables(account)["b"])) == {"k", "s"}


@pytest.mark.parametrize("pattern", ["**.{avro,tmp}", "people/[b-d].tmp", "people/[!a].*", "**/?.tmp"])
def test_globs_of_exclusions(account: EmulatedAccount, pattern: str) -> None:
    account.put("raw/people/a.json", '{"name": "ann"}\n')
    account.put("raw/people/c.tmp", "\0\1")
    on_s3(account, target={"Exclusions": [pattern]})
    assert crawl(account)["LastCrawl"]["Status"] == "SUCCEEDED"
    assert columns(tables(account)["people"]) == {"name": "string"}


def test_exclusions_leave_files_out(account: EmulatedAccount) -> None:
    account.put("raw/people/a.json", '{"name": "ann"}\n')
    account.put("raw/people/old/b.csv", "no,json\n")
    account.put("raw/notes/readme.md", "words\n")
    on_s3(account, target={"Exclusions": ["**/old/**", "notes/*.md"]})
    crawler = crawl(account)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
    assert set(tables(account)) == {"people"}


def test_files_that_went_follow_the_policy(account: EmulatedAccount) -> None:
    account.put("raw/people/a.json", '{"name": "ann"}\n')
    account.put("raw/pets/a.json", '{"animal": "cat", "legs": 4, "fur": true}\n')
    on_s3(account, SchemaChangePolicy={"DeleteBehavior": "DEPRECATE_IN_DATABASE"})
    crawl(account)
    account.s3.delete_object(Bucket=BUCKET, Key="raw/pets/a.json")
    crawl(account)
    assert "DEPRECATED_BY_CRAWLER" in tables(account)["pets"]["Parameters"]
    account.glue.update_crawler(Name="c", SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"})
    crawl(account)
    assert set(tables(account)) == {"people"}


@pytest.mark.parametrize(("behaviour", "added"), [("LOG", False), ("UPDATE_IN_DATABASE", True)])
def test_a_catalog_target_keeps_its_table(account: EmulatedAccount, behaviour: str, added: bool) -> None:
    storage = {
        "Columns": [{"Name": "n", "Type": "int", "Comment": "kept"}],
        "Location": f"s3://{BUCKET}/numbers/",
        **storage_formats("json"),
    }
    table = {"Name": "numbers", "StorageDescriptor": storage, "Parameters": {"classification": "json"}}
    account.glue.create_table(DatabaseName="d", TableInput=table)
    account.put("numbers/a.json", '{"n": 1, "word": "one"}\n')
    account.put("strays/a.json", '{"n": 1}\n')
    account.glue.create_crawler(
        Name="c",
        Role=account.role,
        Targets={"CatalogTargets": [{"DatabaseName": "d", "Tables": ["numbers"]}]},
        SchemaChangePolicy={"UpdateBehavior": behaviour, "DeleteBehavior": "LOG"},
    )
    assert crawl(account)["LastCrawl"]["Status"] == "SUCCEEDED"
    assert set(tables(account)) == {"numbers"}, "a catalog target makes no table"
    first, *others = tables(account)["numbers"]["StorageDescriptor"]["Columns"]
    assert first == {"Name": "n", "Type": "int", "Comment": "kept"}
    assert [one["Name"] for one in others] == (["word"] if added else [])


def test_a_crawl_that_fails_says_why(account: EmulatedAccount) -> None:
    account.glue.create_crawler(
        Name="c",
        Role=account.role,
        Targets={"CatalogTargets": [{"DatabaseName": "d", "Tables": ["nothing"]}]},
        SchemaChangePolicy={"DeleteBehavior": "LOG"},
    )
    last = crawl(account)["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert "no table d.nothing" in last["ErrorMessage"]
    account.glue.create_crawler(
        Name="jdbc",
        Role=account.role,
        DatabaseName="d",
        Targets={"JdbcTargets": [{"ConnectionName": "x", "Path": "y"}]},
    )
    assert "JdbcTargets cannot be crawled here" in crawl(account, "jdbc")["LastCrawl"]["ErrorMessage"]


def test_a_crawler_runs_once_at_a_time(account: EmulatedAccount) -> None:
    for number in range(40):
        account.put(f"raw/t{number}/a.json", f'{{"c{number}": 1}}\n')
    on_s3(account)
    account.glue.start_crawler(Name="c")
    with pytest.raises(account.glue.exceptions.CrawlerRunningException):
        account.glue.start_crawler(Name="c")
    account.glue.stop_crawler(Name="c")
    crawler = wait(lambda: account.glue.get_crawler(Name="c")["Crawler"], lambda one: one["State"] == "READY")
    assert crawler["LastCrawl"]["Status"] == "CANCELLED"
    with pytest.raises(account.glue.exceptions.CrawlerNotRunningException):
        account.glue.stop_crawler(Name="c")
