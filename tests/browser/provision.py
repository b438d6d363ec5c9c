"""Finds a headless Chromium for the tests, or installs one into the checkout; prints which one and where.

Nothing outside the checkout is written. In this order, the first that opens a page is used:

1. the one that `ROASTERY_BROWSER` names (and then no other), or a Chromium or Chrome on the PATH;
2. one installed by an earlier call;
3. Playwright's own download, into `.tools/browsers`;
4. on Debian and its derivatives, the distribution's packages, unpacked into `.tools/chromium`.

`python tests/browser/provision.py [--json]`
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / ".tools"
DOWNLOADS = TOOLS / "browsers"
PACKAGES = TOOLS / "chromium"
ON_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core", "fonts-roboto-unhinted")
NOT_UNPACKED = ("libc6_", "libc-bin_")  # a second C library beside the running one crashes every program

APT_CONFIG = """\
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{folder}/cache";
Dir::Log "{folder}";
APT::Sandbox::User "";
Debug::NoLocking "1";
Acquire::Languages "none";
Acquire::Retries "2";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
"""  # the hooks are the machine's own and would write outside the checkout

FONT_CONFIG = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{root}/font-cache</cachedir>
  <alias><family>system-ui</family><prefer><family>Roboto</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Roboto</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


class ProvisionError(Exception):
    """A browser can't be installed or does not work; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Browser:
    """The path of a Chromium and how to start it."""

    executable: str
    source: str
    environment: dict[str, str] = field(default_factory=dict)
    sandbox: bool = True
    """Off for root and in containers, where Chromium's sandbox does not work; the pages are our own."""

    def verified(self) -> Browser:
        """This browser, with its sandbox if that works here.

        Raises:
            ProvisionError: it does not open a page; with the browser's output.
        """
        if os.geteuid() == 0:
            return replace(self, sandbox=False).verified_once()
        try:
            return self.verified_once()
        except ProvisionError as error:
            if "sandbox" not in str(error):
                raise
            return replace(self, sandbox=False).verified_once()

    def verified_once(self) -> Browser:
        """This browser after it has opened a page from disk."""
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder, "page.html")
            page.write_text("<title>waiting</title><script>document.title = 'ready'</script>")
            argv = [self.executable, "--headless", "--disable-gpu", "--disable-dev-shm-usage"]
            argv += [f"--user-data-dir={folder}/profile", *([] if self.sandbox else ["--no-sandbox"])]
            html = run([*argv, "--dump-dom", page.as_uri()], timeout=60, environment=self.environment)
        if "<title>ready</title>" not in html:
            raise ProvisionError(f"{self.executable} does not open a page: {html.strip()[-200:]}")
        return self


def run(argv: list[str], *, timeout: float, environment: dict[str, str] | None = None) -> str:
    """What the command prints.

    Raises:
        ProvisionError: it fails or takes longer than `timeout` seconds.
    """
    try:
        process = subprocess.run(
            argv,
            env=os.environ | (environment or {}),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProvisionError(f"{argv[0]}: {error}") from None
    if process.returncode:
        last = " | ".join(process.stderr.strip().splitlines()[-3:])
        raise ProvisionError(f"{' '.join(argv[:4])} ended with exit code {process.returncode}: {last}")
    return process.stdout


def installed_browsers() -> Iterator[Browser]:
    named = os.environ.get("ROASTERY_BROWSER")
    paths = [named] if named else [shutil.which(name) for name in ON_PATH] + [str(MACOS)]
    source = "ROASTERY_BROWSER" if named else "the machine's own"
    for path in paths:
        if path and (named or Path(path).exists()):
            yield Browser(executable=path, source=source)


def downloaded_browsers() -> Iterator[Browser]:
    for pattern in ("chrome-headless-shell", "headless_shell"):
        for path in sorted(DOWNLOADS.glob(f"chromium_headless_shell-*/*/{pattern}"), reverse=True):
            yield Browser(executable=str(path), source="Playwright's download in .tools/browsers")


def unpacked_browsers(folder: Path = PACKAGES) -> Iterator[Browser]:
    executable = folder / "usr/lib/chromium/chromium-headless-shell"
    if not executable.exists():
        return
    libraries = {
        path.parent for base in ("usr/lib", "lib") for path in folder.glob(f"{base}/*-linux-*/**/*.so*")
    }
    yield Browser(
        executable=str(executable),
        source=f"Debian packages in {folder.relative_to(TOOLS.parent)}",
        environment={
            "LD_LIBRARY_PATH": ":".join(sorted(map(str, libraries))),
            "FONTCONFIG_FILE": str(folder / "fonts.conf"),
        },
    )


def download_with_playwright() -> None:
    """Playwright's own headless Chromium, into .tools/browsers."""
    run(
        [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],
        timeout=600,
        environment={"PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADS)},
    )


def unpack_packages() -> None:
    """Debian's Chromium and the libraries missing here, into .tools/chromium, by apt without root."""
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if not apt or not dpkg:
        raise ProvisionError("apt-get and dpkg-deb are missing: this is not Debian or a derivative")
    PACKAGES.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS, prefix="chromium-") as temporary:
        folder = Path(temporary)
        for part in ("lists/partial", "cache/archives/partial", "root"):
            (folder / part).mkdir(parents=True)
        config = folder / "apt.conf"
        config.write_text(APT_CONFIG.format(folder=folder))
        with contextlib.suppress(
            ProvisionError
        ):  # a source that fails is harmless if another has the package
            run([apt, "-c", str(config), "-qq", "update"], timeout=300)
        options = ["-qq", "--yes", "--no-install-recommends", "--download-only"]
        run([apt, "-c", str(config), *options, "install", *DEBIAN_PACKAGES], timeout=600)
        for package in sorted(folder.glob("cache/archives/*.deb")):
            if not package.name.startswith(NOT_UNPACKED):
                run([dpkg, "--extract", str(package), str(folder / "root")], timeout=120)
        (folder / "root/fonts.conf").write_text(FONT_CONFIG.format(root=PACKAGES))
        shutil.rmtree(PACKAGES, ignore_errors=True)
        (folder / "root").rename(PACKAGES)


class Search:
    """Tries browsers one after the other and records why each of them failed."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    def first(self, candidates: Iterator[Browser]) -> Browser | None:
        for browser in candidates:
            try:
                return browser.verified()
            except ProvisionError as error:
                self.failures.append(f"{browser.source}: {error}")
        return None

    def install(self, install_step: Callable[[], None]) -> None:
        report(f"browser: {install_step.__name__}: {(install_step.__doc__ or '').splitlines()[0]}")
        try:
            install_step()
        except ProvisionError as error:
            self.failures.append(f"{install_step.__name__}: {error}")


def provide() -> Browser:
    """The first browser that opens a page.

    Raises:
        ProvisionError: none does; the message has a line for each attempt.
    """
    search = Search()
    browser = search.first(installed_browsers())
    if not browser and os.environ.get("ROASTERY_BROWSER"):
        raise ProvisionError("\n  ".join(["the browser that was named does not work:", *search.failures]))
    browser = browser or search.first(downloaded_browsers()) or search.first(unpacked_browsers())
    if not browser:
        search.install(download_with_playwright)
        browser = search.first(downloaded_browsers())
    if not browser:
        search.install(unpack_packages)
        browser = search.first(unpacked_browsers())
    if not browser:
        raise ProvisionError(
            "\n  ".join(["no browser was found or could be installed:", *search.failures, ADVICE])
        )
    return browser


ADVICE = (
    "Install Chromium or Chrome, or name one with ROASTERY_BROWSER=/path/to/chrome. "
    "If a downloaded one lacks libraries: sudo .venv/bin/playwright install-deps chromium"
)


def report(line: str) -> None:
    sys.stderr.write(line + "\n")


def main() -> None:
    started = time.monotonic()
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "browser.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests in several processes call this at once
        try:
            browser = provide()
        except ProvisionError as error:
            report(f"error: {error}")
            sys.exit(1)
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(asdict(browser)) + "\n")
    else:
        sandbox = "" if browser.sandbox else ", without its sandbox"
        taken = f"{time.monotonic() - started:.1f} s"
        report(f"browser: {browser.source}{sandbox}: {browser.executable} ({taken})")


if __name__ == "__main__":
    main()
