"""A machine on which nothing is but what Debian always has, and what the pages' own commands have installed.

On its PATH are the programs of Debian's required packages. What stands in for the network, so that a run takes seconds:

- `deploy/install-packages` adds the programs of the named packages, and of those that they depend on, from this machine,
  which has them already (`TEST_PACKAGES` in the Makefile).
- `python3 -m venv` is the real one; the `pip` of what it makes takes packages, and what these require, from the suite's
  own environment. Outside a venv there is no pip, as good as in Debian 12, where it refuses.
- `make` does not build: `WEIR` has been.

With WEIR_TOUR_INSTALLS=1 pip is the real one.

    python -m support.machine packages BIN NAME… | python -m support.machine pip VENV install REQUIREMENT…
"""

import functools
import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys

from packaging.requirements import Requirement

HERE = pathlib.Path(__file__).resolve().parents[1]
ROOT = HERE.parent
FOLDERS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")


def dpkg(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@functools.cache
def installed():
    """{package: (its priority, those that it depends on)} of this machine; of alternatives all that are here."""
    found = {}
    form = "${Package}\t${Priority}\t${Depends}, ${Pre-Depends}\t${db:Status-Status}\n"
    for line in dpkg("dpkg-query", "-W", "-f", form).splitlines():
        name, priority, dependencies, status = line.split("\t")
        if status == "installed":
            found[name] = priority, {choice.split()[0].partition(":")[0] for choice in re.split(r"[,|]", dependencies)
                                     if choice.strip()}
    return found


def add_packages(folder, names):
    """Links the programs of packages, and of what these depend on, into a folder of a PATH."""
    known, new = set(), set(names)
    while new:
        known |= new
        new = {other for name in new for other in installed()[name][1]} & installed().keys() - known
    for path in dpkg("dpkg-query", "-L", *sorted(known)).splitlines():
        link = folder / pathlib.Path(path).name
        if path.startswith(FOLDERS) and os.access(path, os.X_OK) and not link.exists():
            link.symlink_to(path)


def packages(folder, *names):
    """In the place of `install-packages`."""
    for name in names:
        if name not in installed():
            sys.exit(f"{name} is not on this machine: the Makefile's TEST_PACKAGES lack it")
    add_packages(folder, names)
    python, tool = folder / "python3", folder / "make"
    if python.is_symlink():  # of the packages
        python.unlink()
        script(python, f'/usr/bin/python3 "$@" || exit\n[ "${{1-}} ${{2-}}" != "-m venv" ] || '
                       f"{invocation('adopt')} \"$3\"")
    if tool.is_symlink():
        tool.unlink()
        script(tool, 'exec /usr/bin/make ${TOUR_MAKE} "$@"')


def invocation(*words):
    return f"env PYTHONPATH={HERE} {sys.executable} -m support.machine {' '.join(words)}"


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def adopt(venv):
    """Gives a new venv its `pip`."""
    if not os.environ.get("WEIR_TOUR_INSTALLS"):
        for path in venv.glob("bin/pip*"):
            path.unlink()
        script(venv / "bin" / "pip", f'exec {invocation("pip", str(venv))} "$@"')


def pip(venv, verb, *words):
    """In the place of a venv's pip: links what is asked for, and what that requires, from the suite's own."""
    if verb != "install" or not words:
        sys.exit(f"pip {verb}: the pages only install")
    (site,) = venv.glob("lib/python3*/site-packages")
    for word in words:
        if not word.startswith("-"):
            add_distribution(venv, site, Requirement(word), set())


def add_distribution(venv, site, requirement, known):
    if requirement.name in known or requirement.marker and not requirement.marker.evaluate({"extra": ""}):
        return
    known.add(requirement.name)
    found = importlib.metadata.distribution(requirement.name)
    if found.version not in requirement.specifier:
        sys.exit(f"the suite has {requirement.name} {found.version}, the page wants {requirement}")
    for file in found.files:
        source, top = pathlib.Path(found.locate_file(file)).resolve(), file.parts[0]
        if file.parts[-2:-1] == ("bin",) and top == "..":
            first, _, rest = source.read_text().partition("\n")
            (venv / "bin" / file.name).write_text(f"#!{venv}/bin/python3\n" + rest if "python" in first else first + rest)
            (venv / "bin" / file.name).chmod(0o755)
        elif top != ".." and not (site / top).exists():
            (site / top).symlink_to(pathlib.Path(found.locate_file(top)).resolve())
    for other in found.requires or ():
        add_distribution(venv, site, Requirement(other), known)


class Machine:
    """Runs scripts in a folder that looks like the project's after `make build`."""

    def __init__(self, folder, binary):
        self.root, self.bin = folder / "weir", folder / "bin"
        for made in (self.bin, self.root / "bin", self.root / "deploy", folder / "home", folder / "tmp"):
            made.mkdir(parents=True)
        add_packages(self.bin, [name for name, (priority, _) in installed().items() if priority == "required"])
        for name in ("Makefile", "docs", "conformance"):
            (self.root / name).symlink_to(ROOT / name)
        script(self.root / "deploy" / "install-packages", f'exec {invocation("packages", str(self.bin))} "$@"')
        self.admin = folder / "admin"
        # The commands that talk to a server look for it at the pages' address; it is elsewhere.
        script(self.root / "bin" / "weir", f'case "$1" in serve | bench) exec {binary} "$@" ;; esac\n'
                                           f'exec {binary} "$@" --admin "$(cat {self.admin})"')
        outside = {name: value for name, value in os.environ.items()
                   if name.startswith(("PIP_", "SSL_", "WEIR_TOUR")) or name.lower().endswith("_proxy")}
        self.environment = {**outside, "PATH": str(self.bin), "HOME": str(folder / "home"),
                            "TMPDIR": str(folder / "tmp"), "AWS_EC2_METADATA_DISABLED": "true", "TOUR_MAKE": "-n"}

    def start(self, text, **more):
        """A shell of its own, running a script; a first terminal."""
        return subprocess.Popen(["/bin/bash", "-eu", "-o", "pipefail", "-c", text], cwd=self.root, text=True,
                                env={**self.environment, **more}, start_new_session=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, text, status=0):
        """Runs a script to its end, and returns what it printed."""
        process = self.start(text)
        out, errors = process.communicate(timeout=300)
        assert process.returncode == status, f"{process.returncode}\n{text}\n{out}\n{errors}"
        return out if status == 0 else out + errors


if __name__ == "__main__":
    {"packages": packages, "adopt": adopt, "pip": pip}[sys.argv[1]](pathlib.Path(sys.argv[2]), *sys.argv[3:])
