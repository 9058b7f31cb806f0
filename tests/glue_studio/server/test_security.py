"""Only the browser that was given the address is answered."""

from __future__ import annotations

import httpx
import pytest

from glue_studio.server.workspace import Workspace
from glue_studio.serving import StudioServer
from tests.glue_studio.studios import Client


def test_without_the_token_nothing_is_told(workspace: Workspace) -> None:
    with StudioServer(workspace) as server, httpx.Client(base_url=server.address) as stranger:
        for path in ("/", "/api/flow", "/api/jobs/customer_landing_to_trusted", "/assets/x.js", "/report"):
            answer = stranger.get(path)
            assert (answer.status_code, answer.headers["content-type"][:10]) == (403, "text/plain")
        assert stranger.get("/?token=wrong").status_code == 403
        assert stranger.cookies == httpx.Cookies()
        welcome = stranger.get(server.address_to_open)
        cookie = welcome.headers["set-cookie"].lower()
        assert welcome.status_code == 303
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert stranger.get("/api/flow").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.com"},
        {"Host": "evil.example.com:80", "Origin": "http://evil.example.com:80"},
        {"Origin": "http://evil.example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_and_hosts_are_refused(client: Client, headers: dict[str, str]) -> None:
    assert client.http.get("/api/flow", headers=headers).status_code == 403
    assert client.http.request("DELETE", "/api/jobs/machine_learning_curated", headers=headers).status_code == 403
    assert client.get("/api/jobs/machine_learning_curated")["text"]


def test_a_form_of_another_page_changes_nothing(client: Client) -> None:
    del client.http.headers["Origin"]
    assert client.http.request("DELETE", "/api/jobs/machine_learning_curated").status_code == 403


def test_the_page_may_load_nothing_from_elsewhere(client: Client) -> None:
    first, second = (client.http.get("/") for _ in range(2))
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; " in policy
    assert "http" not in policy
    assert "unsafe-inline" not in policy.split("style-src-attr")[0]
    assert policy != second.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("job", ["..%2F..%2Fetc", "%2e%2e", ".hidden", "_x", "a%00b", "nothing"])
def test_names_lead_nowhere_else(client: Client, job: str) -> None:
    assert client.http.get(f"/api/jobs/{job}").status_code in (404, 422)
    body = {"text": "{}", "version": ""}
    assert client.http.put(f"/api/jobs/{job}", json=body).status_code in (404, 405, 422)


def test_a_link_out_of_the_folder_is_not_followed(client: Client, workspace: Workspace) -> None:
    outside = workspace.jobs.parent / "outside"
    outside.mkdir()
    (outside / "linked.json").write_text("{}", encoding="utf-8")
    (workspace.jobs / "linked").symlink_to(outside)
    assert "leads out of" in client.ask("GET", "/api/jobs/linked", status=422)["detail"]
