"""A headless Chromium, and axe-core in it: what a page looks like to a browser, and to those who cannot see it."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

from tests import tools

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=20000",
]
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
RUN = """
axe.run(document, {resultTypes: ['violations']}).then(found => {
  const told = {violations: found.violations, width: document.documentElement.scrollWidth, shown: innerWidth,
    dark: matchMedia('(prefers-color-scheme: dark)').matches, passed: found.passes.length};
  const place = document.createElement('pre');
  place.id = 'told';
  place.textContent = JSON.stringify(told);
  document.body.append(place);
});
"""


def accessibility(browser: str, page: str, folder: Path, width: int, dark: bool) -> dict[str, Any]:
    """Return what axe-core finds on a page that is shown at a width: `violations`, and the page's own width."""
    # the page itself forbids scripts
    shown = POLICY.sub("", page).replace("</body>", f"<script>{tools.axe()}</script><script>{RUN}</script></body>")
    file = folder / f"page-{width}-{dark}.html"
    file.write_text(shown, encoding="utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [browser, *FLAGS, *scheme, profile, f"--window-size={width},900", "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, done.stdout[-500:]
    return dict(json.loads(unescape(told[1])))
