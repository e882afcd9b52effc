"""Looking at a page as a browser does: axe-core in headless Chromium, on a page with its style sheet put into it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
_SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    *("--virtual-time-budget=20000", "--allow-file-access-from-files"),
)
_RUN = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
                   iframes: false}).then(found => parent.postMessage(JSON.stringify({
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  viewport: innerWidth,
  passes: found.passes.length,
  violations: found.violations.map(one => ({id: one.id, impact: one.impact,
    nodes: one.nodes.map(node => node.html + " :: " + node.failureSummary)}))}), "*"));
"""
# A window is never narrower than 500 pixels; a frame can be as narrow as a telephone.
_FRAME = """<!doctype html><title>frame</title><iframe src="page.html" width="{width}" height="900"></iframe>
<script>addEventListener("message", event => {{
  const told = document.createElement("pre");
  told.id = "axe-result"; told.textContent = encodeURIComponent(event.data); document.body.append(told);
}});</script>"""


def axe_core() -> Path | None:
    """Where axe-core is: the file named by AXE_CORE, or the package in a `node_modules` folder of this checkout."""
    named = os.environ.get("AXE_CORE")
    root = Path(__file__).parents[2]
    candidates = [Path(named)] if named else [root / "node_modules/axe-core/axe.min.js"]
    return next((one for one in candidates if one.is_file()), None)


def audit(page: str, style: str, folder: Path, *, width: int = 1280, dark: bool = False) -> dict[str, Any]:
    """What axe-core says of a page: `violations`, how many rules passed, and how far it is too wide in pixels."""
    source = axe_core()
    assert CHROMIUM is not None
    assert source is not None
    styled = page.replace('<link rel="stylesheet" href="/style.css">', f"<style>{style}</style>")
    scripts = f"<script>{source.read_text('utf-8')}</script><script>{_RUN}</script></body>"
    (folder / "page.html").write_text(styled.replace("</body>", scripts), "utf-8")
    frame = folder / "frame.html"
    frame.write_text(_FRAME.format(width=width), "utf-8")
    shade = ["--blink-settings=preferredColorScheme=0"] if dark else []
    command = [CHROMIUM, *_SWITCHES, *shade, f"--user-data-dir={folder / 'profile'}", "--window-size=1400,1000"]
    done = subprocess.run([*command, "--dump-dom", frame.as_uri()], capture_output=True, timeout=60, check=True)
    answer = done.stdout.decode().rpartition('id="axe-result">')[2].partition("</pre>")[0]
    found: dict[str, Any] = json.loads(unquote(answer))
    return found
