"""A cluster to try the jobs on: Sail's driver and workers, with the emulator's S3: `make cluster`."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from awsglue_local.errors import GlueLocalError
from awsglue_local.local_cluster.sail_cluster import SailCluster
from awsglue_local.process import end_signals, run_process
from awsglue_local.storage.endpoint import Endpoint
from glue_emulator import GlueEmulator
from scripts.stedi import LOCAL_BUCKET

REGION = "eu-west-1"


def main() -> int:
    """Run a cluster until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="cluster", description=__doc__)
    parser.add_argument("--port", type=int, default=50051, help="of the cluster on this machine (default 50051)")
    parser.add_argument("--s3-port", type=int, default=4555, help="of the emulator on this machine (default 4555)")
    parser.add_argument("--workers", type=int, help="how many workers (default one a core, and two at least)")
    options = parser.parse_args()
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        del os.environ[name]  # what leads to AWS leads nowhere here
    ended = end_signals(signal.SIGINT, signal.SIGTERM)
    try:
        with GlueEmulator(options.s3_port) as emulator:
            make_bucket(emulator.address)
            with SailCluster(emulator.address, REGION, options.workers, options.port) as cluster:
                print(_welcome(cluster, emulator.address), flush=True)
                ended.get()
    except (GlueLocalError, OSError) as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1
    return 0


def make_bucket(address: str) -> None:
    """Make the bucket of the lake in an emulator."""
    os.environ["AWS_REGION"] = REGION
    where = {"LocationConstraint": REGION}
    Endpoint(address).client("s3").create_bucket(Bucket=LOCAL_BUCKET, CreateBucketConfiguration=where)


def _welcome(cluster: SailCluster, s3: str) -> str:
    return f"""A cluster of {cluster.workers} workers is at {cluster.address}, with S3 at {s3}. In another terminal:

  export AWS_ENDPOINT_URL={s3} AWS_REGION={REGION}
  make run ENGINE={cluster.address} LAKE=s3://{LOCAL_BUCKET} LANDING=sample_data

Press Ctrl-C to stop it; what is in S3 is then lost."""


if __name__ == "__main__":
    run_process(main)
