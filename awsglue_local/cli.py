"""The command `awsglue-local`."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from awsglue_local import look
from awsglue_local.athena.ddl import read_ddl
from awsglue_local.databases.connections import DEFAULT_SETTINGS
from awsglue_local.errors import GlueLocalError
from awsglue_local.job_run.account import NodeRun
from awsglue_local.process import run_process
from awsglue_local.runner.lakes import DEFAULT_LAKE
from awsglue_local.runner.session import ScriptRun, run_script
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.endpoint import Endpoint, chosen_endpoint
from awsglue_local.storage.lake import SCHEME, Lake
from awsglue_local.terminal import fitted_table, plain_console


def command() -> None:
    """Run the command and end the process."""
    run_process(main)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 when the script failed."""
    given = list(sys.argv[1:] if argv is None else argv)
    cut = given.index("--") if "--" in given else len(given)
    options = make_parser().parse_args(given[:cut])
    try:
        return int(options.do(options, given[cut + 1 :]))
    except GlueLocalError as error:
        print(f"awsglue-local: {error}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace, arguments: list[str]) -> int:
    """Run a script with its own arguments."""
    endpoint = chosen_endpoint(options.endpoint, isinstance(options.lake, Path))
    if isinstance(options.lake, str):
        endpoint = endpoint or Endpoint(None)
    may_write = endpoint is None or endpoint.is_local or options.yes
    if endpoint:
        print(
            f"awsglue-local: on {endpoint}{'' if may_write else '; add --yes to let it write'}",
            file=sys.stderr,
        )
    run = run_script(
        options.script,
        arguments,
        options.lake or DEFAULT_LAKE,
        options.engine,
        endpoint,
        may_write,
        options.connections,
        options.yes,
        on_node=None if options.json else _tell,
        count=options.count,
        explain=options.explain,
    )
    print(json.dumps(asdict(run), indent=2)) if options.json else _show(run, options.count)
    return 0


def _create_tables(options: argparse.Namespace, _: list[str]) -> int:
    """Put the tables that DDL files define into the catalog of a lake."""
    values = dict(options.value)
    tables = [read_ddl(file, values) for file in options.ddl]
    lake = Lake(options.lake or DEFAULT_LAKE)
    with lake.locked():
        for table in tables:
            FolderCatalog(lake.root).put(table)
            print(f"{table.database}.{table.name}: put its files into {lake.path(table.location)}")
    return 0


def named_lake(text: str) -> Path | str:
    """Return a lake folder, or the address of a lake on S3."""
    return text if text.startswith(SCHEME) else Path(text)


def named_value(text: str) -> tuple[str, str]:
    """Return an option's NAME=VALUE as a pair.

    Raises
    ------
    argparse.ArgumentTypeError
        It is none.
    """
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="awsglue-local", description="Run AWS Glue scripts on this machine.")
    commands = parser.add_subparsers(required=True)
    summary = "run one script, unmodified; its own arguments follow after --"
    run = commands.add_parser("run", help=summary, description=summary)
    run.set_defaults(do=_run)
    run.add_argument("script", type=Path, metavar="SCRIPT")
    run.add_argument("--engine", default="sail", help="sail (default), spark or sc://HOST:PORT")
    run.add_argument(
        "--lake",
        type=named_lake,
        metavar="DIR",
        help=f"the lake folder (default {DEFAULT_LAKE}); or s3://bucket/prefix: a cluster reads and writes S3 itself, "
        "keeps there what is not published yet, and the catalog is the endpoint's",
    )
    run.add_argument(
        "--endpoint",
        metavar="URL",
        help="use the catalog and S3 of AWS (aws) or of an emulator (http://127.0.0.1:PORT); default AWS_ENDPOINT_URL",
    )
    run.add_argument(
        "--connections",
        type=Path,
        default=DEFAULT_SETTINGS,
        metavar="FILE",
        help=f"what stands in for the databases of Glue connections (default {DEFAULT_SETTINGS}, if it is there)",
    )
    run.add_argument(
        "--yes",
        action="store_true",
        help="allow writes to AWS and databases on other machines; an emulator on this machine needs no permission",
    )
    run.add_argument("--json", action="store_true", help="print the summary as JSON")
    run.add_argument("--count", action="store_true", help="count the records that leave each node")
    run.add_argument("--explain", metavar="NODE", default="", help="print the engine's plan for the frames of a node")
    summary = "add the tables of CREATE EXTERNAL TABLE statements to the catalog of a lake"
    create = commands.add_parser("create-table", help=summary, description=summary)
    create.set_defaults(do=_create_tables)
    create.add_argument("ddl", type=Path, nargs="+", metavar="FILE.sql", help="a file with one statement")
    create.add_argument("--lake", type=Path, metavar="DIR", help=f"the lake folder (default {DEFAULT_LAKE})")
    create.add_argument(
        "--value",
        type=named_value,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="the value of ${NAME} in the files",
    )
    look.add_commands(commands)
    return parser


def _tell(node: NodeRun) -> None:
    """Print a node that has run, while the others run."""
    if node.name:
        rows = ", ".join(f"{table} {count:,}" for table, count in node.rows.items())
        print(f"{node.seconds:6.2f} s  {_clean(node.name)}{f'  ({rows} rows)' if rows else ''}", flush=True)
        print(textwrap.indent(node.plan, " " * 10), end="\n" if node.plan else "")


def _clean(name: str) -> str:
    """Return a name, which is text of the script, without what would move the cursor."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def _show(run: ScriptRun, with_nodes: bool) -> None:
    rows = [("read", name, f"{count:,}") for name, count in run.reads.items()]
    rows += [("wrote", name, f"{count:,}") for name, count in run.writes.items()]
    rows += [("left", _clean(node.name), f"{node.out:,}") for node in run.nodes if with_nodes and node.out is not None]
    console, title = plain_console(), f"{run.name}: {run.seconds:.2f} s"
    console.print(fitted_table(("", "Table or node", "Rows"), rows, console.width, right=("Rows",), title=title))
    for text in run.notes():
        console.print(text, markup=False, highlight=False, soft_wrap=True)
