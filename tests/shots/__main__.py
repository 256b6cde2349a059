"""Take pictures of every screen of a running demo into shots/; words choose some: `zh-dark-phone desk`."""

import json
import os
import subprocess
import sys
from itertools import product
from typing import Any

from playwright.sync_api import sync_playwright

from tests.shots import screens, work
from tests.shots.channels import channels
from tests.shots.taking import LOCALES, SIZES, Camera, Look
from tests.shots.widget import widget
from tongxin.project import environment
from tongxin.project.setup.chromium import found

SITE = f"http://localhost:{os.environ.get('PORT', '8000')}"
SCRATCH = "import django; django.setup(); from tests.shots import scratch; scratch.main()"
PARTS = {
    "doors": screens.doors, "desk": screens.desk, "scratch": screens.scratch,
    "studio": screens.studio, "people": screens.people, "work": work.work, "settings": work.settings,
    "states": work.states, "shop": screens.shop, "widget": widget, "channels": channels,
}  # fmt: skip


def main(chosen: set[str]) -> None:
    """Every screen, in both languages, light and dark, for desktop and phone."""
    kept = environment.data_folder() / "demo.json"
    if not kept.exists():
        sys.exit("Start `make demo` first: there is no demo to take pictures of.")
    logins = json.loads(kept.read_text("utf-8"))["logins"]
    made = _scratch()
    emails = [email for _role, email, _password in logins]
    passwords = {email: password for _role, email, password in logins} | made["logins"]
    looks = [Look(*look) for look in product(LOCALES, ("light", "dark"), SIZES)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found(), args=["--no-sandbox", "--force-color-profile=srgb"]
        )
        for look in looks:
            if not chosen & {other.folder.name for other in looks} or look.folder.name in chosen:
                camera = Camera(browser, SITE, look, passwords, emails, made)
                _shoot(camera, chosen & set(PARTS) or set(PARTS))


def _shoot(camera: Camera, parts: set[str]) -> None:
    for name, part in PARTS.items():
        if name in parts:
            part(camera)
            print(camera.look.folder.name, name)  # noqa: T201


def _scratch() -> dict[str, Any]:
    settings = {"DJANGO_SETTINGS_MODULE": "tongxin.project.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", SCRATCH], env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE
    )  # fmt: skip
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


if __name__ == "__main__":
    main(set(sys.argv[1:]))
