"""docctl as a package: what is in it, and that it works where there is no checkout. No network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house.trees import ROOT
from tests.support.served import fetch, stop, stream_of

DRAWN = ("procedures/figures/", "records/files/")
"""How the pictures of these folders were drawn is not installed."""
LIBRARY = ("procedures", "templates", "records")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_the_package_holds_the_program_and_the_library_and_nothing_else(wheel: Path) -> None:
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "docctl", *LIBRARY]
    listed = subprocess.run(ask, cwd=ROOT, check=True, capture_output=True, text=True)
    kept = [n for n in listed.stdout.split("\0") if n and (ROOT / n).is_file()]
    wanted = {n for n in kept if not (n.startswith(DRAWN) and n.endswith(".py"))}
    assert {name.partition("/")[0] for name in wanted} == {"docctl", *LIBRARY}
    with zipfile.ZipFile(wheel) as package:
        files = {n for n in package.namelist() if ".dist-info/" not in n}
        assert {n.removeprefix("docctl/starter/") for n in files} == wanted
        for name in ("docctl/starter/procedures/starter.yaml", "docctl/web/static/docctl.css"):
            assert package.read(name) == (ROOT / name.removeprefix("docctl/starter/")).read_bytes()


@pytest.mark.long
def test_an_installed_docctl_makes_a_site_serves_it_and_has_the_library(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "-q"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    # The libraries of the tests, but not their docctl: what a .pth beside them says does not count here.
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    environ = {n: v for n, v in os.environ.items() if not n.startswith(("DOCCTL_", "PYTHON"))}
    environ |= {"DOCCTL_PASSWORD": "a long password"}

    def run(*words: str) -> str:
        done = subprocess.run(words, cwd=tmp_path, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    program, site = str(home / "bin" / "docctl"), str(tmp_path / "site")
    where = run(str(python), "-c", "import docctl; print(docctl.__file__)")
    assert Path(where.strip()).is_relative_to(home)
    assert json.loads(run(program, "--json", "init", site))["site"] == site
    found = run(str(python), "-c", _LIBRARY).split()
    assert found == [str(packages / "docctl/starter"), str(len([*(ROOT / "records").glob("*.yaml")]))]
    serve = [program, "--json", "--site", site, "serve", "--port", "0"]
    with subprocess.Popen(serve, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = json.loads(stream_of(process.stdout).readline())["url"]
            status, page = fetch(f"{url}/sign-in")
            assert (status, 'name="password"' in page) == (200, True)
            assert fetch(f"{url}/static/docctl.css")[0] == 200
            assert stop(process) == 0
        finally:
            process.kill()


_LIBRARY = """
from docctl.usecases.demonstration import starter
folder = starter.library_folder()
starter.read_starter(folder)
print(folder, len(list((folder / "records").glob("*.yaml"))))
"""
