#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rules of CONTRIBUTING.md that a machine can check on the sources alone."""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from harness import report  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

# Which rooms a room's files may include. The runtime is C and knows nobody; of it, the compiler sees the ABI and the
# planner that both share.
ARROWS = {
    "frontend": {"frontend", "ir"},
    "ir": {"ir"},
    "passes": {"passes", "ir"},
    "codegen": {"codegen", "ir", "passes", "runtime/abi"},
    "runtime": {"runtime"},
}
SHARED_WITH_CODEGEN = {"runtime/src/plan.h", "runtime/src/hash.h"}
ROOMS = ("frontend", "ir", "passes", "codegen", "runtime", "tools")
SOURCES = {".c", ".h", ".cpp", ".td", ".py", ".sh", ".mlir", ".proto", ".cmake"}
MAX_LINES = 700
MAX_COLUMNS = 120
LICENCE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"


def tracked():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True)
    if listed.returncode == 0:
        return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and "build" not in path.relative_to(ROOT).parts[0]]


FILES = tracked()


def in_room(*rooms):
    return [path for path in FILES if path.relative_to(ROOT).parts[0] in rooms]


def fail_on(offences):
    if offences:
        raise Failure("\n  ".join(["", *offences]))


def name(path):
    return str(path.relative_to(ROOT))


def text(path):
    return path.read_text(errors="replace")


def allowed(path, target):
    room = path.relative_to(ROOT).parts[0]
    rooms = ARROWS.get(room)
    return rooms is None or target in SHARED_WITH_CODEGEN and room == "codegen" or any(
        target == allowed or target.startswith(allowed + "/") for allowed in rooms)


def check_arrows():
    """Rooms include only what the table of arrows allows."""
    offences = []
    for path in in_room(*ARROWS):
        for line, include in enumerate(text(path).splitlines(), 1):
            match = re.match(r'\s*#?\s*include\s+"([^"]+)"', include)
            if match and match[1].split("/")[0] in ROOMS and not allowed(path, match[1]):
                offences.append(f"{name(path)}:{line} may not include {match[1]}")
    fail_on(offences)


def check_link_lists():
    """The same arrows in what the rooms' libraries link."""
    homes = {}
    for path in FILES:
        if path.name == "CMakeLists.txt" and path.relative_to(ROOT).parts[0] in ROOMS:
            for target in re.findall(r"(?:ingot_library|add_library|ingot_runtime_library)\((\w+)", text(path)):
                homes[target] = path.relative_to(ROOT).parts[0]
    offences = []
    for path in in_room(*ARROWS):
        if path.name != "CMakeLists.txt":
            continue
        room = path.relative_to(ROOT).parts[0]
        for word in re.findall(r"\b\w+\b", re.sub(r"#.*", "", text(path))):
            home = homes.get(word, room)
            if home not in {arrow.split("/")[0] for arrow in ARROWS[room]}:
                offences.append(f"{name(path)} may not link {word} of {home}/")
    fail_on(offences)


def check_runtime_alone():
    """Nothing under runtime/ speaks of MLIR or LLVM's libraries."""
    fail_on([name(path) for path in in_room("runtime") if re.search(r"mlir|llvm/", text(path), re.IGNORECASE)])


def check_sizes():
    """No source file is longer than 700 lines, no room's README longer than 60."""
    offences = []
    for path in FILES:
        lines = text(path).count("\n") if path.suffix in SOURCES or path.name == "README.md" else 0
        limit = 60 if path.name == "README.md" and path.parent != ROOT else MAX_LINES
        if lines > limit:
            offences.append(f"{name(path)}: expected at most {limit} lines but got {lines}")
    fail_on(offences)


def check_columns():
    """Lines of sources have at most MAX_COLUMNS columns and no blanks at their end."""
    offences = []
    for path in FILES:
        if path.suffix not in SOURCES - {".mlir"}:
            continue
        for number, line in enumerate(text(path).splitlines(), 1):
            if len(line) > MAX_COLUMNS:
                offences.append(f"{name(path)}:{number}: expected at most {MAX_COLUMNS} columns but got {len(line)}")
            elif line != line.rstrip():
                offences.append(f"{name(path)}:{number}: blanks at the end of the line")
    fail_on(offences)


def check_licence():
    """Each source file names the licence in its first lines."""
    sources = [path for path in FILES if path.suffix in {".c", ".h", ".cpp", ".td", ".py", ".sh"}]
    fail_on([name(path) for path in sources
             if path.stat().st_size and LICENCE not in "\n".join(text(path).splitlines()[:10])
             and path.name not in {"__init__.py", "lit.cfg.py"}])


def check_rooms():
    """No room for what belongs nowhere."""
    junk = re.compile(r"^(common|utils?|misc|helpers?)$", re.IGNORECASE)
    fail_on(sorted({name(path) for path in FILES
                    if any(junk.match(pathlib.Path(part).stem) for part in path.relative_to(ROOT).parts)}))


def phases_of(path, pattern):
    found = re.findall(pattern, text(path), re.MULTILINE)
    if not found:
        raise Failure(f"{name(path)} has no phase list")
    return found


def check_phases():
    """The README's phase list is the pipeline's."""
    header = ROOT / "codegen" / "Phase.h"
    if not header.exists():
        raise Skip("there is no codegen/Phase.h")
    enum = re.search(r"enum class Phase[^{]*\{(.*?)\}", text(header), re.DOTALL)
    if not enum:
        raise Failure(f"{name(header)} has no enum class Phase")
    words = re.findall(r"\b(\w+)\b", re.sub(r"//.*", "", enum[1]))
    phases = [word.lower() for word in words]
    listed = phases_of(ROOT / "README.md", r"^\d+\. \*\*(\w+)\*\*")
    if phases != listed:
        raise Failure(f"expected the README's phases {phases} but got {listed}")


def beginning(literals):
    """A pattern for the pieces of a message, as many of them as it takes to know it by."""
    taken = []
    for literal in literals:
        taken.append(re.escape(literal.strip()))
        if sum(map(len, taken)) >= 16:
            break
    return ".*".join(taken)


def check_messages():
    """Every error that a verifier, a lowering or a pass can find in IR appears in a test."""
    tests = "\n".join(text(path) for path in in_room("tests") if path.suffix in {".mlir", ".test", ".py", ".cpp"})
    offences = []
    for path in in_room("ir", "passes", "codegen"):
        source = text(path) if path.suffix == ".cpp" else ""
        for call in re.finditer(r"\b(?:emitOpError|emitError|refuse)\((?:[^;\"]*\)\s*<<\s*)?\"[^;]*;", source):
            pattern = beginning(re.findall(r'"((?:[^"\\]|\\.)*)"', call[0]))
            if not re.search(pattern, tests):
                line = source.count("\n", 0, call.start()) + 1
                offences.append(f"{name(path)}:{line}: no test expects an error like '{pattern}'")
    fail_on(offences)


CASES = [(function.__name__.removeprefix("check_").replace("_", "-"), function) for function in
         (check_arrows, check_link_lists, check_runtime_alone, check_sizes, check_columns, check_licence, check_rooms,
          check_phases, check_messages)]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    report.add_arguments(parser)
    report.main("house", CASES, parser.parse_args())
