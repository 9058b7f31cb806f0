"""Where Terraform builds: told before anything happens, and never with the state of another place."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from awsglue_local.errors import EndpointError
from awsglue_local.storage.endpoint import Endpoint
from glue_emulator import GlueEmulator
from scripts.deployment import outputs, run_terraform, target, terraform
from scripts.deployment.outputs import read_outputs
from scripts.deployment.target import Target, find_target
from scripts.deployment.workspace import environment_of

ACCOUNT = "123456789012"


@pytest.fixture
def emulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the copies for emulators in a folder of the test."""
    monkeypatch.setattr(target, "EMULATED", tmp_path / "emulated")
    return tmp_path / "emulated"


@pytest.fixture
def here(emulator: GlueEmulator, emulated: Path, monkeypatch: pytest.MonkeyPatch) -> Target:  # noqa: ARG001
    """Give the target of an environment that leads to an emulator."""
    for name, value in environment_of(emulator.address).items():
        monkeypatch.setenv(name, value)
    return find_target()


def test_an_emulator_has_a_folder_and_a_state_of_its_own(here: Target, emulator: GlueEmulator, emulated: Path) -> None:
    assert str(here) == f"the emulator at {emulator.address}, account {ACCOUNT}, region eu-west-1"
    assert emulated in here.folder.parents
    here.prepare()
    assert (here.folder / "jobs.tf").is_file()
    assert (here.folder / ".terraform.lock.hcl").is_file()
    assert list(here.folder.glob("*.tfstate")) == []
    assert here.environment()["TF_VAR_endpoint_url"] == emulator.address
    (here.folder / "terraform.tfstate").write_text("{}")
    here.prepare()
    assert (here.folder / "terraform.tfstate").exists(), "a second apply goes on"


def test_another_life_of_an_emulator_begins_anew(here: Target, emulated: Path) -> None:
    here.prepare()
    later = Target(here.account, here.region, here.url, "another1")
    later.prepare()
    assert [path.name for path in emulated.iterdir()] == [later.folder.parent.name]
    elsewhere = Target(here.account, here.region, "http://127.0.0.1:4555", "x1")
    elsewhere.prepare()
    assert len(list(emulated.iterdir())) == 2, "an emulator at another port is another one"


def test_aws_has_the_folder_itself() -> None:
    aws = Target("111122223333", "eu-west-1", None)
    assert (str(aws), aws.folder, aws.environment()) == (
        "AWS, account 111122223333, region eu-west-1",
        terraform.FOLDER,
        {},
    )


def test_an_endpoint_that_does_not_answer_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    start = time.monotonic()
    with pytest.raises(EndpointError, match=r"http://127\.0\.0\.1:9 does not answer: .*`make emulator` starts one"):
        find_target()
    assert time.monotonic() - start < 10


EXPIRED = (
    b"<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>"
    b"<Message>The security token included in the request is expired</Message></Error></ErrorResponse>"
)


class Expired(BaseHTTPRequestHandler):
    """An STS for which every token has expired."""

    def do_POST(self) -> None:
        self.send_response(403)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(EXPIRED)

    def log_message(self, *_: object) -> None:
        pass


def test_refused_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with HTTPServer(("127.0.0.1", 0), Expired) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name, value in environment_of(f"http://127.0.0.1:{server.server_port}").items():
            monkeypatch.setenv(name, value)
        with pytest.raises(
            EndpointError, match=r"refuses the credentials: ExpiredToken: .* expired; sign in again, with"
        ):
            find_target()
        server.shutdown()


def outputs_of(monkeypatch: pytest.MonkeyPatch, folder: Path, code: int, printed: str, error: str = "") -> None:
    """Let Terraform answer with outputs."""

    class Done:
        returncode, stdout, stderr = code, printed, error

    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(terraform, "run", lambda *_, **__: Done())


def test_the_state_of_another_account_is_refused(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs_of(monkeypatch, here.folder, 0, json.dumps({"account": {"value": "999999999999"}}))
    with pytest.raises(
        EndpointError, match=f"describes account 999999999999, but the credentials are of account {ACCOUNT}"
    ):
        run_terraform.require_account(here)
    outputs_of(monkeypatch, here.folder, 0, json.dumps({"account": {"value": ACCOUNT}}))
    run_terraform.require_account(here)
    outputs_of(monkeypatch, here.folder, 0, "{}")
    run_terraform.require_account(here)


def test_problems_with_outputs_are_told_as_they_are(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(outputs.OUTPUTS, raising=False)
    with pytest.raises(EndpointError, match="nothing is deployed yet"):
        read_outputs()
    outputs_of(
        monkeypatch,
        here.folder,
        1,
        "",
        '╷\n│ Error: Backend initialization required, please run\n│ "terraform init"\n╵\n',
    )
    with pytest.raises(
        EndpointError,
        match='terraform output failed: Error: Backend initialization required, please run "terraform init"',
    ):
        read_outputs()


def test_an_older_deployment_is_told() -> None:
    with pytest.raises(EndpointError, match="an older version is deployed, without the output lake_bucket: run `make"):
        outputs.of_outputs({"region": "eu-west-1"}, Endpoint(None))


def test_it_says_first_where(here: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run_terraform, "run_in", lambda *_: 0)
    assert run_terraform.main(["plan"]) == 0
    assert f"Terraform plan for {here}" in capsys.readouterr().out
