"""Partition projection: which folders are partitions follows from a table's parameters.

The parameters are those of the user guide's "Supported types for partition projection" and its Firehose example.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from glue_emulator.server import GlueEmulator
from tests.glue_emulator.athena.test_queries import failure
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount


@pytest.fixture
def account(emulator: GlueEmulator) -> EmulatedAccount:
    account = EmulatedAccount(emulator.address)
    account.glue.create_database(DatabaseInput={"Name": "d"})
    return account


def project(account: EmulatedAccount, keys: str, template: str, **parameters: str) -> None:
    """Make the table `events` with projected partitions below `events/`."""
    given = {f"projection.{name.replace('__', '.')}": value for name, value in parameters.items()}
    given |= {"projection.enabled": "true", "storage.location.template": f"s3://{BUCKET}/events/{template}"}
    account.rows(
        f"""create external table events (d string) partitioned by ({keys})
        row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://{BUCKET}/events/'
        tblproperties ({", ".join(f"'{name}' = '{value}'" for name, value in given.items())})"""
    )


def folders(account: EmulatedAccount, *names: str) -> None:
    for name in names:
        account.put(f"events/{name}/x.json", f'{{"d": "{name}"}}\n')


def test_what_lies_deeper_below_a_partition_is_read_too(account: EmulatedAccount) -> None:
    folders(account, "2024/01/01", "2024/01/02", "2023/12/31")
    project(account, "y int, m string", "${y}/${m}", y__type="integer", y__range="2024,2030", m__type="injected")
    assert account.rows("select y, m, d from events order by d")[1:] == [
        ["2024", "01", "2024/01/01"],
        ["2024", "01", "2024/01/02"],
    ]


def test_dates_with_slashes(account: EmulatedAccount) -> None:
    """As in "Amazon Data Firehose example"; rows are inserted where the template says."""
    folders(account, "2021/01/01/00", "2021/01/01/23", "2020/12/31/23", "2021/13/01/00")
    date = {"at__type": "date", "at__format": "yyyy/MM/dd/HH", "at__range": "2021/01/01/00,NOW"}
    project(account, "at string", "${at}/", **date, at__interval="1", at__interval__unit="HOURS")
    assert account.rows("select at, d from events order by at")[1:] == [
        ["2021/01/01/00", "2021/01/01/00"],
        ["2021/01/01/23", "2021/01/01/23"],
    ]
    account.rows("insert into events values ('new', '2022/02/03/04')")
    assert any(key.startswith("events/2022/02/03/04/") for key in account.keys("events/"))
    assert account.rows("select d from events where at = '2022/02/03/04'")[1:] == [["new"]]
    assert account.glue.get_partitions(DatabaseName="d", TableName="events")["Partitions"] == []
    assert "no value of the projected partition key at" in failure(
        account, "insert into events values ('old', '2020/01/01/00')"
    )


def test_integers_have_signs_digits_and_intervals(account: EmulatedAccount) -> None:
    folders(account, "-05", "000", "005", "5", "007", "010", "015")
    project(account, "n int", "${n}", n__type="integer", n__range="-5,10", n__interval="5", n__digits="3")
    assert account.rows("select n, d from events order by n")[1:] == [
        ["-5", "-05"],
        ["0", "000"],
        ["5", "005"],
        ["10", "010"],
    ]


def test_dates_are_compared_as_dates(account: EmulatedAccount) -> None:
    folders(account, "14-01-2020", "20-01-2020", "05-02-2020", "11-03-2020", "99-99-2020")
    project(
        account, "day string", "${day}", day__type="date", day__format="dd-MM-yyyy", day__range="15-01-2020,10-03-2020"
    )
    assert account.rows("select day from events order by d")[1:] == [["05-02-2020"], ["20-01-2020"]]


def test_bounds_move_with_the_clock(account: EmulatedAccount) -> None:
    today = datetime.now(UTC).date()
    days = {count: (today + timedelta(days=count)).isoformat() for count in (-40, -4, -1, 3, 30)}
    folders(account, *days.values())
    project(
        account, "day string", "${day}", day__type="date", day__format="yyyy-MM-dd", day__range="NOW-7DAYS,NOW+1WEEK"
    )
    assert account.rows("select day from events order by day")[1:] == [[days[-4]], [days[-1]], [days[3]]]


def test_a_date_every_second_month(account: EmulatedAccount) -> None:
    folders(account, "2024-01", "2024-02", "2024-03", "2024-05")
    date = {"m__type": "date", "m__format": "yyyy-MM", "m__range": "2024-01,2024-04"}
    project(account, "m string", "${m}", **date, m__interval="2", m__interval__unit="MONTHS")
    assert account.rows("select m from events order by m")[1:] == [["2024-01"], ["2024-03"]]


def test_enums_whose_values_begin_alike(account: EmulatedAccount) -> None:
    folders(account, "eu", "eu-west", "us")
    project(account, "r string", "${r}", r__type="enum", r__values="eu,eu-west")
    assert account.rows("select r, d from events order by r")[1:] == [["eu", "eu"], ["eu-west", "eu-west"]]


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({}, "missing"),
        ({"r__type": "date", "r__format": "yyyy-QQ", "r__range": "2024-01,NOW"}, "QQ"),
        ({"r__type": "integer", "r__range": "1"}, "integer"),
        ({"r__type": "integer", "r__range": "one,two"}, "one"),
    ],
)
def test_parameters_that_are_not_understood_are_named(
    account: EmulatedAccount, parameters: dict[str, str], word: str
) -> None:
    folders(account, "eu")
    project(account, "r string", "${r}", **parameters)
    assert word in failure(account, "select * from events")
