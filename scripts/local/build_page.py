"""Build the Studio's page with Node: the one on PATH if it is new enough, else the one that PyPI has."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "glue_studio" / "web"
TYPES = WEB / "src" / "api" / "schema.ts"
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where Debian, Fedora and macOS keep the certificates that they trust."""
VENV = Path(sys.executable).parent


def node_tools() -> tuple[str, str, dict[str, str]]:
    """Return Node and npm, and the environment in which they find each other."""
    place = VENV if (VENV / "node").exists() else None
    path = os.pathsep.join(filter(None, [str(place) if place else "", os.environ.get("PATH", "")]))
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        raise FileNotFoundError("Node is not here: `make studio` installs it")
    return node, npm, {**trusted(), **os.environ, "PATH": path}


def trusted() -> dict[str, str]:
    """Return what lets Node trust what this machine trusts, such as a company's proxy; its own list is another."""
    known = [os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *CERTIFICATES]
    there = next((file for file in known if file and Path(file).is_file()), None)
    return {"NODE_EXTRA_CA_CERTS": there} if there else {}


def build() -> None:
    """Install the page's packages, if they have changed, and build it.

    Raises
    ------
    subprocess.CalledProcessError
        npm or Vite failed, and has said why.
    """
    node, npm, environment = node_tools()
    there = WEB / "node_modules" / ".package-lock.json"
    lock = WEB / "package-lock.json"
    if not there.exists() or there.stat().st_mtime < lock.stat().st_mtime:
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([npm, "ci", *quiet], cwd=WEB, env=environment, check=True)  # noqa: S603 - the page's own packages
        there.touch()
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    subprocess.run([node, str(vite), "build", "--logLevel", "warn"], cwd=WEB, env=environment, check=True)  # noqa: S603


def write_types(output: Path = TYPES) -> None:
    """Write the types of the page's requests, made of the server's OpenAPI document.

    Raises
    ------
    subprocess.CalledProcessError
        The tool failed, and has said why.
    """
    node, _, environment = node_tools()
    tool = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    command = [node, str(tool), "openapi.json", "--default-non-nullable=false", "--output", str(output)]
    subprocess.run(command, cwd=WEB, env=environment, check=True, capture_output=True)  # noqa: S603


def main() -> int:
    """Build the page or, with `--types`, write its types; return the exit code."""
    try:
        write_types() if "--types" in sys.argv[1:] else build()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"build_page: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
