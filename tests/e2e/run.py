#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a user does, from the model file to the running program: executables, libraries, objects, CMake projects."""
import argparse
import functools
import inspect
import json
import math
import os
import pathlib
import re
import shutil
import struct
import sys
import tempfile
import zipfile
from random import Random

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))
from attention import attention_agrees, attention_agrees_on_lesser_processors  # noqa: E402, F401
from harness import onnxfile as onnx  # noqa: E402
from harness import process, report, zoo  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402
from tuning import (damaged_tuning_cache_is_set_aside, tuning_goes_on_after_a_kill,  # noqa: E402, F401
                    tuning_measures_once, tuning_takes_values_for_dynamic_inputs, without_tuning_no_cache_is_read)

DIGITS = ROOT / "examples" / "digits"
LLVM = os.environ.get("LLVM", "/usr/lib/llvm-22")
MAX_RUNTIME_BYTES = 300 * 1024
SYSTEM_LIBRARIES = re.compile(r"^(libc\.so|libm\.so|libpthread\.so|ld-linux)")
# Two inputs, a name for a dimension, a weight.
AFFINE = onnx.model(
    [onnx.node("MatMul", ["x", "w"], ["t"], "product"), onnx.node("Add", ["t", "b"], ["u"], "sum"),
     onnx.node("Relu", ["u"], ["y"], "relu")],
    [onnx.value("x", "f32", ["N", 2]), onnx.value("b", "f32", [3])], [onnx.value("y", "f32", ["N", 3])],
    [onnx.tensor("w", "f32", [2, 3], [1, 2, 3, 4, 5, -6])])
X = onnx.npy("f32", [2, 2], [1, 1, 2, -1])
B = onnx.npy("f32", [3], [.5, .5, .5])
Y = onnx.npy("f32", [2, 3], [5.5, 7.5, 0, 0, 0, 12.5])


class Bench:
    """One case's folder and the compiler."""

    def __init__(self, build, folder):
        self.build, self.folder = build, pathlib.Path(folder)
        self.ingot, self.opt = build / "bin" / "ingot", build / "bin" / "ingot-opt"
        for name, data in (("affine.onnx", AFFINE), ("x.npy", X), ("b.npy", B)):
            (self.folder / name).write_bytes(data)
        for name in ("digits.onnx", "three.npy", "three.txt"):
            shutil.copy(DIGITS / name, self.folder)

    def run(self, *command, **options):
        return process.check(command, cwd=self.folder, **options)

    def run_apart(self, *command, **options):
        """Where LLVM and the sources are hidden, if this user may do that."""
        hide = 'mount -t tmpfs none "$1" && mount -t tmpfs none "$2"'
        hidden = ["unshare", "-rm", "sh", "-c", hide + ' && shift 2 && "$@"', "sh", LLVM, ROOT]
        may = shutil.which("unshare") and process.run([*hidden, "true"]).status == 0
        return self.run(*(hidden if may else ()), *command, **options)

    def compile(self, model, output, *options):
        self.run(self.ingot, "compile", model, "-o", output, *options)
        return self.folder / output

    def cc(self, *arguments):
        if not shutil.which("cc"):
            raise Skip("there is no C compiler")
        return self.run_apart("cc", "-O1", "-Wall", "-Wextra", "-Werror", *arguments)

    def expect_affine(self, *runner):
        """Runs the affine model's executable and compares its output file."""
        self.run(*runner, "--input", "x=x.npy", "--input", "b=b.npy", "--output", "y=y.npy")
        expect_equal((self.folder / "y.npy").read_bytes()[-24:], Y[-24:], "y.npy")


def expect_equal(actual, expected, what):
    if actual != expected:
        raise Failure(f"{what}: expected {expected!r} but got {actual!r}")


def expect_in(pieces, text, what):
    absent = [piece for piece in pieces if piece not in text]
    if absent:
        raise Failure(f"{what}: expected {absent} in {text[:500]!r}")


# ---- Executables ----

def executable_help(bench):
    bench.compile("affine.onnx", "affine")
    text = bench.run("./affine", "--help").stdout
    expect_in(["x", "f32", "[N, 2]", "b", "[3]", "y", "[N, 3]", "--bench"], text, "--help")


def executable_named_like_the_runtime(bench):
    for name in ("ingot", "ingot_session"):
        bench.compile("affine.onnx", name)
        bench.expect_affine(f"./{name}")


def executable_files(bench):
    bench.compile("affine.onnx", "affine")
    bench.expect_affine("./affine")
    bench.run("./affine", "--input", "x=x.npy", "--input", "b=b.npy", "--output", "all.npz", "--output", "y=y.pb")
    bench.run("./affine", "--input", "x.npy", "--input", "b.npy", "--output", "y=again.pb")
    expect_equal((bench.folder / "again.pb").read_bytes(), (bench.folder / "y.pb").read_bytes(), "again.pb")
    if not zipfile_names(bench.folder / "all.npz") == ["y.npy"]:
        raise Failure("all.npz does not hold y.npy alone")


def zipfile_names(path):
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def executable_bench(bench):
    bench.compile("digits.onnx", "digits")
    times = json.loads(bench.run("./digits", "--bench", "--runs", "20", "--threads", "2", "--json").stdout)
    expect_equal(sorted(times), ["cpu_us", "median_us", "p90_us", "p99_us", "runs", "threads"], "--bench --json")
    expect_equal((times["runs"], times["threads"]), (20, 2), "runs and threads")
    if not 0 < times["median_us"] <= times["p90_us"] <= times["p99_us"]:
        raise Failure(f"the percentiles are out of order: {times}")


def profile_counts_the_work(bench):
    """2 * 2 * 3 multiply-adds, bias and ReLU of two rows; whichever kernel they are in, and only known at run time."""
    bench.compile("affine.onnx", "affine", "--profile")
    arguments = ("--input", "x=x.npy", "--input", "b=b.npy", "--profile")
    text = bench.run("./affine", *arguments, "trace.json", "--json", "--limits", "100,10").stdout
    profile = json.loads(text)["profile"]
    expect_equal(sum(kernel["flops"] for kernel in profile["kernels"]), 2 * 2 * 2 * 3 + 2 * 6, "operations")
    if not all(kernel["bytes"] and kernel["calls"] == 1 and kernel["limit"] > 0 for kernel in profile["kernels"]):
        raise Failure(f"expected bytes and a limit for every kernel but got {text}")
    expect_in(["product", "sum", "relu"], " ".join(kernel["nodes"] for kernel in profile["kernels"]), "nodes")
    events = json.loads((bench.folder / "trace.json").read_text())["traceEvents"]
    expect_equal(len(events), len(profile["kernels"]), "events")
    text = bench.run("./affine", "--bench", "--runs", "2", "--shape", "N=2", "--profile", "--threads", "1").stdout
    expect_in(["median", "GFLOP/s", "GB/s", "all kernels", "limit: "], text, "--profile")


def bench_compares_two_artifacts(bench):
    """A model against its own executable; one with other outputs; one with other inputs."""
    bench.compile("affine.onnx", "affine")
    arguments = ("--rounds", "3", "--seconds", "0.01")
    text = bench.run(bench.ingot, "bench", "affine", "affine.onnx", "--shape", "N=4", *arguments, "--json").stdout
    result = json.loads(text)
    expect_equal((len(result["ratios"]), result["threads"], result["outputs_agree"]), (3, 1, True), "bench --json")
    expect_equal([one["artifact"] for one in result["artifacts"]], ["affine", "affine.onnx"], "artifacts")
    if not 0 < result["artifacts"][0]["median_us"] <= result["artifacts"][0]["p90_us"] or not result["ratio"] > 0:
        raise Failure(f"the times make no sense: {text}")

    (bench.folder / "other.onnx").write_bytes(AFFINE.replace(struct.pack("<f", -6), struct.pack("<f", -8)))
    given = ("--input", "x=x.npy", "--input", "b=b.npy")
    text = bench.run(bench.ingot, "bench", "affine", "other.onnx", "--threads", "2", *given, *arguments).stdout
    expect_in(["ratio B / A:", "in 3 rounds, threads: 2", "outputs DIFFER: y: "], text, "bench")
    text = process.run([bench.ingot, "bench", "affine", "digits.onnx"], cwd=bench.folder).stderr
    expect_in(["the models have different inputs: 2 and 1"], text, "bench")


def executable_reads_the_digit(bench):
    bench.compile("digits.onnx", "digits")
    words = bench.run("./digits", "--input", "image=three.npy").stdout.split()
    values = [float(word) for word in words[-10:]]
    expect_equal(values.index(max(values)), 3, "the digit")


def every_path_reads_the_digit(bench):
    """The reference, the unoptimized graph and the optimized one: three programs of one opinion."""
    programs, outputs = set(), []
    for level in range(3):
        programs.add(bench.compile("digits.onnx", "digits", f"-O{level}").read_bytes())
        bench.run("./digits", "--input", "image=three.npy", "--output", "probabilities=p.npy")
        outputs.append(struct.unpack("<10f", (bench.folder / "p.npy").read_bytes()[-40:]))
    expect_equal(len(programs), 3, "different programs")
    for level, output in enumerate(outputs):
        if max(abs(value - right) for value, right in zip(output, outputs[0])) > 1e-6 or output.index(max(output)) != 3:
            raise Failure(f"-O{level}: expected {outputs[0]} but got {output}")


def reference_has_no_vectors_and_no_threads(bench):
    """What -O0 is for: nothing that is done about speed has a part in it."""
    for level, wanted in ((0, False), (1, True), (2, True)):
        text = bench.run(bench.ingot, "compile", "digits.onnx", f"-O{level}", "--stop-after=tile", "-o", "-").stdout
        for piece in ("vector<", "vector.", "scf.forall"):
            expect_equal(piece in text, wanted, f"-O{level}: {piece!r} in the IR")
    text = bench.run(bench.ingot, "compile", "digits.onnx", "-O1", "--stop-after=fuse", "-o", "-").stdout
    expect_equal("ingot.fused" in text or "channels_last" in text, False, "-O1: an optimized graph")
    for wrong in ("-O3", "-Ox", "-O"):
        result = process.run([bench.ingot, "compile", "digits.onnx", wrong], cwd=bench.folder)
        expect_equal(result.status, 2, wrong)


def executable_needs_system_libraries_only(bench):
    binary = bench.compile("digits.onnx", "digits")
    needed = re.findall(r"NEEDED.*\[(.*)\]", bench.run("readelf", "-d", binary).stdout)
    others = [name for name in needed if not SYSTEM_LIBRARIES.match(name)]
    if others or not needed:
        raise Failure(f"needs {needed}")


def runtime_is_small(bench):
    """All of a stripped executable but its model, which is tiny."""
    binary = bench.compile("affine.onnx", "affine")
    bench.run("strip", binary)
    size = binary.stat().st_size
    if size > MAX_RUNTIME_BYTES:
        raise Failure(f"expected at most {MAX_RUNTIME_BYTES} bytes but got {size}")
    return f"{size} bytes"


def executable_runs_elsewhere(bench):
    """External weights are found beside the executable, wherever both are moved."""
    made = bench.folder / "made"
    made.mkdir()
    bench.compile("digits.onnx", "made/digits", "--weights=external")
    if len(list(made.iterdir())) != 2:
        raise Failure(f"expected the executable and its weights but got {sorted(os.listdir(made))}")
    made.rename(bench.folder / "moved")
    bench.run("moved/digits", "--input", "image=three.npy")


# ---- Libraries and objects ----

def link_c(bench, artifact, *libraries):
    """The example's program, in a folder that holds the artifact and nothing else of ours."""
    bench.compile("digits.onnx", artifact, "--shape", "N=1")
    away = bench.folder / "away"
    away.mkdir()
    for name in (artifact, "digits.h"):
        shutil.copy(bench.folder / name, away)
    shutil.copy(ROOT / "examples" / "c" / "main.c", away)
    for name in libraries:
        if name.endswith(".a"):
            shutil.copy(bench.build / "lib" / name, away)
    words = [away / name if name.endswith(".a") else name for name in libraries]
    bench.cc(away / "main.c", away / artifact, *words, "-Wl,-rpath," + str(away), "-o", away / "classify")
    lines = bench.run_apart(away / "classify").stdout.splitlines()
    expect_equal([line.split(":")[0] for line in lines], [str(digit) for digit in range(10)], "the digits")
    total = sum(float(line.split(":")[1]) for line in lines)
    if abs(total - 1) > .01:
        raise Failure(f"the probabilities add up to {total}")


def c_program_with_shared_library(bench):
    link_c(bench, "digits.so")


def c_program_with_object(bench):
    link_c(bench, "digits.o", "libingot_rt.a", "-lm", "-lpthread")


def two_models_in_one_program(bench):
    bench.compile("digits.onnx", "digits.o")
    bench.compile("affine.onnx", "affine.o")
    (bench.folder / "main.c").write_text(
        '#include "digits.h"\n#include "affine.h"\n'
        "int main(void) { return digits_model.num_inputs + affine_model.num_inputs - 3; }\n")
    shutil.copy(bench.build / "lib" / "libingot_rt.a", bench.folder)
    bench.cc("main.c", "digits.o", "affine.o", "libingot_rt.a", "-lm", "-lpthread", "-o", "two")
    bench.run("./two")


def header_is_plain_c_and_cpp(bench):
    bench.compile("affine.onnx", "affine.o")
    (bench.folder / "use.c").write_text('#include "affine.h"\n#include "affine.h"\nint dims[] = AFFINE_INPUT0_DIMS;\n')
    bench.cc("-std=c11", "-pedantic", "-c", "use.c")
    bench.cc("-x", "c++", "-std=c++17", "-pedantic", "-c", "use.c")


def shared_library_exports_little(bench):
    bench.compile("affine.onnx", "affine.so")
    symbols = [line.split()[-1] for line in bench.run("nm", "-D", "--defined-only", "affine.so").stdout.splitlines()]
    others = [name for name in symbols if not name.startswith("affine_")]
    if others or not symbols:
        raise Failure(f"exports {others}")


# ---- CMake ----

def cmake_project(bench):
    """find_package(Ingot) from an installation, in a folder without the sources."""
    prefix, project = bench.folder / "prefix", bench.folder / "project"
    bench.run("cmake", "--install", bench.build, "--prefix", prefix, timeout=300)
    shutil.copytree(ROOT / "examples" / "cmake", project)
    bench.run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
              f"-Dmodel={bench.folder / 'digits.onnx'}")
    bench.run("cmake", "--build", project / "build")
    drawing = (bench.folder / "three.txt").read_bytes()
    for program in ("classify", "classify_shared"):
        result = bench.run_apart(project / "build" / program, input=drawing)
        expect_equal(result.stdout.split()[0], "3", program)
    bench.run(project / "build" / "digits_program.ingot" / "digits_program", "--input", "image=three.npy")


# ---- The compiler ----

def compiling_twice_gives_the_same(bench):
    for output, options in (("digits", ()), ("digits.so", ()), ("digits.o", ("--weights=external",))):
        made = []
        for folder in ("one", "two"):
            (bench.folder / folder).mkdir(exist_ok=True)
            bench.compile("digits.onnx", f"{folder}/{output}", *options)
            made.append({path.name: path.read_bytes() for path in (bench.folder / folder).iterdir()})
        different = [name for name in made[0] if made[0][name] != made[1].get(name)]
        if different or made[0].keys() != made[1].keys():
            raise Failure(f"two compilations differ in {different or sorted(made[0].keys() ^ made[1].keys())}")


def emit_every_form(bench):
    for form, piece in (("graph", "ingot."), ("linalg", "memref"), ("llvm", "define"), ("asm", ".text")):
        text = bench.run(bench.ingot, "compile", "affine.onnx", f"--emit={form}", "-o", "-").stdout
        expect_in([piece], text, f"--emit={form}")
    given = {"affine.onnx", "x.npy", "b.npy", "digits.onnx", "three.npy", "three.txt"}
    left = sorted(set(os.listdir(bench.folder)) - given)
    expect_equal(left, [], "files left")


def phases():
    return re.findall(r"^\d+\. \*\*(\w+)\*\*", (ROOT / "README.md").read_text(), re.MULTILINE)


def stop_and_dump_at_each_phase(bench):
    for phase in phases():
        bench.run(bench.ingot, "compile", "affine.onnx", f"--stop-after={phase}", "-o", "-")
    for phase in phases()[:-2]:  # the last two make no IR
        result = bench.run(bench.ingot, "compile", "affine.onnx", f"--dump-after={phase}", "-o", "affine")
        expect_in(["module"], result.stderr + result.stdout, f"--dump-after={phase}")


def dumps_can_be_read_back(bench):
    for phase in phases()[:-2]:
        text = bench.run(bench.ingot, "compile", "digits.onnx", f"--stop-after={phase}", "-o", "-").stdout
        (bench.folder / "dump.mlir").write_text(text)
        again = bench.run(bench.opt, "dump.mlir").stdout
        (bench.folder / "again.mlir").write_text(again)
        expect_equal(bench.run(bench.opt, "again.mlir").stdout, again, f"{phase}, printed twice")


def time_each_phase(bench):
    result = bench.run(bench.ingot, "compile", "affine.onnx", "--time-phases", "-o", "affine")
    expect_in(phases(), result.stderr, "--time-phases")


def help_of_each_command(bench):
    for command in ("compile", "run", "verify", "inspect", "operators"):
        expect_in([f"ingot {command}", "options:"], bench.run(bench.ingot, command, "--help").stdout, command)
    expect_in(["compile", "verify"], bench.run(bench.ingot, "--help").stdout, "--help")
    expect_in(["ingot-opt", "--canonicalize"], bench.run(bench.opt, "--help").stdout, "ingot-opt")


def run_uses_its_cache(bench):
    cache = bench.folder / "cache"
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    run = [bench.ingot, "run", "affine.onnx", "--input", "x=x.npy", "--input", "b=b.npy", "--output", "y=y.npy"]

    def entries():
        return {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}

    bench.run(*run, env=environment)
    expect_equal((bench.folder / "y.npy").read_bytes()[-24:], Y[-24:], "y.npy")
    first = entries()
    bench.run(*run, env=environment)
    expect_equal(entries(), first, "the cache after the second run")
    bench.run(*run[:3], "--shape", "N=2", *run[3:], env=environment)
    if len(entries()) <= len(first):
        raise Failure("another shape did not get an entry of its own")
    for level in range(3):  # the last one is what the others above had
        bench.run(*run[:3], f"-O{level}", *run[3:], env=environment)
    expect_equal(len(entries()), len(first) + 3, "entries of two shapes, and of two further levels")


def run_notices_changed_weights(bench):
    """The cache goes by the contents of every file that a model consists of."""
    weights, cache = bench.folder / "weights.bin", bench.folder / "cache"
    model = onnx.model([onnx.node("Add", ["x", "w"], ["y"], "sum")], [onnx.value("x", "f32", [3])],
                       [onnx.value("y", "f32", [3])], [onnx.external("w", "f32", [3], {"location": "weights.bin"})])
    (bench.folder / "external.onnx").write_bytes(model)
    for weight in (1, 2, 1):
        weights.write_bytes(onnx.raw("f32", [weight] * 3))
        os.utime(weights, (0, 0))  # by contents, not by age
        bench.run(bench.ingot, "run", "external.onnx", "--input", "x=b.npy", "--output", "y=y.npy",
                  env={**os.environ, "XDG_CACHE_HOME": str(cache)})
        expect_equal((bench.folder / "y.npy").read_bytes()[-12:], onnx.raw("f32", [weight + .5] * 3), "y.npy")
    expect_equal(len(list(cache.rglob("external-*"))), 2, "entries")


def verify_finds_mismatches(bench):
    data = bench.folder / "test_data_set_0"
    data.mkdir()
    right = [5.5, 7.5, 0, 0, 0, 12.5]
    (data / "input_0.pb").write_bytes(onnx.tensor("x", "f32", [2, 2], [1, 1, 2, -1]))
    (data / "input_1.pb").write_bytes(onnx.tensor("b", "f32", [3], [.5, .5, .5]))

    def verify(dims, values, *options, dtype="f32"):
        (data / "output_0.pb").write_bytes(onnx.tensor("y", dtype, dims, values))
        return process.run([bench.ingot, "verify", "affine.onnx", *options], cwd=bench.folder)

    expect_equal(verify([2, 3], right).status, 0, "the right values")
    wrong = verify([2, 3], right[:5] + [13])
    expect_equal(wrong.status, 1, "a wrong value")
    expect_in(["MISMATCH", "1 of 6", "[1, 2]", "13", "12.5"], wrong.stdout, "a wrong value")
    expect_equal(verify([2, 3], right[:5] + [13], "--rtol", "0.1").status, 0, "a loose bound")
    expect_equal(verify([2, 3], right[:5] + [float("nan")]).status, 1, "NaN instead of a number")
    expect_equal(verify([2, 3], right[:5] + [float("inf")]).status, 1, "infinity instead of a number")
    expect_in(["[3, 2]", "[2, 3]"], verify([3, 2], right).stdout, "another shape")
    expect_in(["f64", "f32"], verify([2, 3], right, dtype="f64").stdout, "another type")


def fast_math_says_by_how_much(bench):
    """Infinities keep their meaning: a masked softmax has them."""
    steps = 64
    (bench.folder / "fast.onnx").write_bytes(onnx.model(
        [onnx.node("Tanh", ["x"], ["t"], "tanh"), onnx.node("Add", ["t", "mask"], ["m"], "masked"),
         onnx.node("Softmax", ["m"], ["y"], "softmax")], [onnx.value("x", "f32", [2, steps])],
        [onnx.value("y", "f32", [2, steps])],
        [onnx.tensor("mask", "f32", [steps], [float("-inf") if k % 3 else 0 for k in range(steps)])]))
    data = bench.folder / "test_data_set_0"
    data.mkdir()
    rows = [[(k * 7 % 64 - 32) / 10 + row for k in range(steps)] for row in range(2)]
    exponentials = [[0 if k % 3 else math.exp(math.tanh(x)) for k, x in enumerate(row)] for row in rows]
    (data / "input_0.pb").write_bytes(onnx.tensor("x", "f32", [2, steps], sum(rows, [])))
    (data / "output_0.pb").write_bytes(onnx.tensor("y", "f32", [2, steps], [
        one / sum(row) for row in exponentials for one in row]))
    text = bench.run(bench.ingot, "verify", "fast.onnx", "--fast-math", "--rtol", "1e-4", "--atol", "0").stdout
    change = re.search(r"^test_data_set_0: y: --fast-math changes it by (\S+) \(relative L2\)", text, re.MULTILINE)
    if not change or not 0 < float(change[1]) < 3e-5:
        raise Failure(f"expected a change below 3e-5 but got {text}")


# ---- Kernels that only large weights get ----

def few_rows_against_many_weights(bench):
    """Weights beyond a core's cache, that processors with AVX-512 VBMI2 read as three bytes an element; and inputs so
    large that whatever scale these have must not make sums leave the range of f32, as the results do not."""
    random = Random(1)
    for rows, steps, columns, factor in ((1, 300, 512, 1), (3, 513, 250, 1), (1, 300, 512, 2.0 ** 110)):
        x = [factor * random.uniform(-1, 1) for _ in range(rows * steps)]
        w = [random.gauss(0, 1) * 2 ** (k % columns % 7) for k in range(steps * columns)]
        b = [random.uniform(-1, 1) for _ in range(columns)]
        (bench.folder / "skinny.onnx").write_bytes(onnx.model(
            [onnx.node("Gemm", ["x", "w", "b"], ["y"], "product")], [onnx.value("x", "f32", [rows, steps])],
            [onnx.value("y", "f32", [rows, columns])],
            [onnx.tensor("w", "f32", [steps, columns], w), onnx.tensor("b", "f32", [columns], b)]))
        (bench.folder / "x.npy").write_bytes(onnx.npy("f32", [rows, steps], x))
        bench.compile("skinny.onnx", "skinny")
        for threads in (1, 2):
            bench.run("./skinny", "--input", "x.npy", "--output", "y=y.npy", f"--threads={threads}")
            y = struct.unpack(f"<{rows * columns}f", (bench.folder / "y.npy").read_bytes()[-4 * rows * columns:])
            error = norm = 0
            for i in range(rows):
                for j in range(columns):
                    terms = (x[i * steps + k] * w[k * columns + j] for k in range(steps))
                    wanted = sum(terms) + b[j]
                    error, norm = error + (y[i * columns + j] - wanted) ** 2, norm + wanted ** 2
            if not error <= 1e-12 * norm:
                raise Failure(f"{rows} x {steps} x {columns}: relative error {(error / norm) ** .5:g}")


def many_weights_lie_on_huge_pages(bench):
    """In memory and in the file at multiples of 2 MiB, where a kernel can map them by huge pages; few lie anywhere."""
    rows, steps, columns = 4, 1024, 5700  # enough in three bytes an element, too
    (bench.folder / "many.onnx").write_bytes(onnx.model(
        [onnx.node("MatMul", ["x", "w"], ["y"], "product")], [onnx.value("x", "f32", [rows, steps])],
        [onnx.value("y", "f32", [rows, columns])],
        [onnx.tensor("w", "f32", [steps, columns], [k % columns for k in range(steps * columns)])]))
    (bench.folder / "x.npy").write_bytes(onnx.npy("f32", [rows, steps], [1] * rows * steps))
    for name in ("many", "many.so", "affine"):
        binary = bench.compile(f"{name.split('.')[0]}.onnx", name)
        offset, address, *_, align = re.findall(r"LOAD +(\S+) (\S+) .* (\S+)$", bench.run(
            "readelf", "-lW", binary).stdout, re.MULTILINE)[-1]
        aligned = all(int(number, 16) % (2 << 20) == 0 for number in (offset, address, align))
        expect_equal(aligned, name != "affine", f"{name}: weights at {offset}, {address}, multiples of {align}")
    bench.run("./many", "--input", "x.npy", "--output", "y.npy")
    y = struct.unpack(f"<{columns}f", (bench.folder / "y.npy").read_bytes()[-4 * columns:])
    worst = max(abs(y[k] - steps * k) / (steps * max(k, 1)) for k in range(columns))
    expect_equal(worst < 1e-6, True, f"the last row is right, but for {worst:g}")


# ---- Targets ----

def flags():
    match = re.search(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return set(match[1].split()) if match else set()


def each_x86_level(bench):
    if os.uname().machine != "x86_64":
        raise Skip("this is no x86-64 machine")
    runnable = {"x86-64-v2": "sse4_2", "x86-64-v3": "avx2", "x86-64-v4": "avx512vl", "native": "sse2"}
    for target, flag in runnable.items():
        bench.compile("affine.onnx", "affine", f"--target={target}")
        if flag in flags():
            bench.expect_affine("./affine")


LEVELS = {"x86-64-v2": "sse4_2", "x86-64-v3": "avx2", "x86-64-v4": "avx512vl"}


def portable_artifact_picks_its_code(bench):
    """The best that the processor has, less where the environment asks for it, and an error for what it lacks."""
    if os.uname().machine != "x86_64":
        raise Skip("this is no x86-64 machine")
    bench.compile("affine.onnx", "affine", "--target=portable")
    inputs, digits = ("--input", "x.npy", "--input", "b.npy"), set()
    bench.compile("digits.onnx", "digits", "--target=portable")
    best = [level for level, flag in LEVELS.items() if flag in flags()][-1]
    expect_in([f"portable processors, here {best}."], bench.run("./affine", "--help").stdout, "--help")
    for level, flag in LEVELS.items():
        environment = {**os.environ, "INGOT_TARGET": level}
        if flag not in flags():
            refused = process.run(["./affine", *inputs], cwd=bench.folder, env=environment)
            expect_in([f"'{level}' is more than"], refused.stderr, level)
            continue
        expect_in([f"here {level}."], bench.run("./affine", "--help", env=environment).stdout, level)
        bench.expect_affine("env", f"INGOT_TARGET={level}", "./affine")
        bench.run("./digits", "--input", "image=three.npy", "--output", "y.npy", env=environment)
        values = struct.unpack("<10f", (bench.folder / "y.npy").read_bytes()[-40:])
        digits.add(max(range(10), key=values.__getitem__))
    expect_equal(digits, {3}, "the digit")
    wrong = process.run(["./affine", *inputs], cwd=bench.folder, env={**os.environ, "INGOT_TARGET": "znver4"})
    expect_equal(wrong.status, 1, "INGOT_TARGET=znver4")
    expect_in(["INGOT_TARGET: expected x86-64-v2, x86-64-v3 or x86-64-v4 but got 'znver4'"], wrong.stderr, "znver4")


def portable_artifact_on_lesser_processors(bench):
    """Where the wrong code would be an illegal instruction."""
    if not shutil.which("qemu-x86_64") or os.uname().machine != "x86_64":
        raise Skip("qemu-user is absent")
    bench.compile("affine.onnx", "affine", "--target=portable")
    for processor, level in (("Nehalem", "x86-64-v2"), ("Haswell", "x86-64-v3")):
        emulated = ("qemu-x86_64", "-cpu", processor, "./affine")
        expect_in([f"here {level}."], bench.run(*emulated, "--help").stdout, processor)
        bench.expect_affine(*emulated)


def portable_artifact_of_every_kind(bench):
    """Weights are in it once, so it is little larger; the header is the same; nothing depends on chance."""
    if os.uname().machine != "x86_64":
        raise Skip("this is no x86-64 machine")
    for folder in ("one", "all", "again"):
        (bench.folder / folder).mkdir()
        target = "--target=x86-64-v4" if folder == "one" else "--target=portable"
        for name in ("digits.o", "digits.so", "digits"):
            bench.compile("digits.onnx", f"{folder}/{name}", target, "--weights=external")
    sizes = [os.path.getsize(bench.folder / folder / "digits.weights") for folder in ("one", "all")]
    if sizes[1] > sizes[0] * 1.2:
        raise Failure(f"{sizes[1]} bytes of weights instead of {sizes[0]}")
    for name in ("digits.o", "digits.so", "digits", "digits.weights", "digits.so.weights"):
        same = (bench.folder / "all" / name).read_bytes() == (bench.folder / "again" / name).read_bytes()
        expect_equal(same, True, f"compiling {name} twice gives the same")
    headers = [(bench.folder / folder / "digits.h").read_bytes() for folder in ("one", "all")]
    expect_equal(headers[0] == headers[1], True, "the header is the same")
    shutil.copy(ROOT / "examples" / "c" / "main.c", bench.folder)
    shutil.copy(bench.build / "lib" / "libingot_rt.a", bench.folder)
    for name, libraries in (("digits.o", ("libingot_rt.a", "-lm", "-lpthread")), ("digits.so", ())):
        bench.compile("digits.onnx", name, "--target=portable", "--shape", "N=1")
        bench.cc("main.c", name, *libraries, "-o", "main", f"-Wl,-rpath,{bench.folder}")
        bench.run("./main")
    for options, what in ((("--profile",), "--profile"), (("--stop-after=tile", "-o", "-"), "'fuse'")):
        refused = process.run([bench.ingot, "compile", "digits.onnx", "--target=portable", *options], cwd=bench.folder)
        expect_equal(refused.status, 1, what)
        expect_in([what], refused.stderr, what)


def aarch64_under_emulation(bench):
    if not shutil.which("qemu-aarch64") or not shutil.which("aarch64-linux-gnu-gcc"):
        raise Skip("qemu-user or the cross compiler is absent")
    if not (bench.build / "lib" / "aarch64" / "libingot_rt.a").exists():
        raise Skip("the runtime was not built for aarch64")
    bench.compile("affine.onnx", "affine", "--target=aarch64")
    bench.expect_affine("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "./affine")
    bench.compile("digits.onnx", "digits", "--target=aarch64")
    bench.run("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "./digits", "--input", "image=three.npy")


# ---- What the README promises ----

def readme_lists_the_operators(bench):
    table = bench.run(bench.ingot, "operators", "--markdown").stdout.strip()
    if table not in (ROOT / "README.md").read_text():
        raise Failure("the README's table is not what `ingot operators --markdown` prints")


def readme_follows_a_layer(bench):
    """What the table of the walk through the phases quotes is in what each phase prints."""
    rows = re.findall(r"^\| (\w+) \| (`.*`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    expect_equal([phase for phase, _ in rows], phases()[:-2], "the phases of the walk")
    text = bench.run(bench.ingot, "compile", "digits.onnx", "--shape", "N=1", "--target=x86-64-v3", "-o", "digits",
                     "--dump-after=" + ",".join(phases()[:-2])).stderr
    dumps = re.split(r"^// -----// after phase '(\w+)'", text, flags=re.MULTILINE)
    dumps = dict(zip(dumps[1::2], dumps[2::2]))
    for phase, quotes in rows:
        expect_in(re.findall(r"`([^`]*)`", quotes), dumps.get(phase, ""), phase)


def readme_knows_the_models(bench):
    """Its table has a row for each model, and says what the suite of models checks."""
    if not zoo.models():
        raise Skip(f"there are no models in {zoo.FOLDER}")
    rows = dict(re.findall(r"^\| (\w+) \| (yes|no)\b", (ROOT / "README.md").read_text(), re.MULTILINE))
    right = {model.name: "no" if model.name in zoo.WAITING else "yes" for model in zoo.models()}
    expect_equal(rows, right, "the models")


def links_lead_somewhere(bench):
    broken = []
    for path in ROOT.rglob("*.md"):
        if path.relative_to(ROOT).parts[0].startswith(("build", ".venv")):
            continue
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    if broken:
        raise Failure(", ".join(broken))


def documents_are_generated(bench):
    """From ODS: every operator and pass, each with a summary."""
    if not shutil.which("mlir-tblgen", path=LLVM + "/bin"):
        raise Skip("mlir-tblgen is absent")
    bench.run("sh", ROOT / "docs" / "generate.sh", bench.build, bench.folder / "docs")
    text = {path.name: path.read_text() for path in (bench.folder / "docs").iterdir()}
    for name in ("ingot.md", "rt.md", "tile.md"):
        bare = re.findall(r"^### `(.*)` \(.*\)\n\n(?!_)", text[name], re.MULTILINE)
        if bare or "### `" not in text[name]:
            raise Failure(f"{name}: no summary of {bare}")
    helps = bench.run(bench.opt, "--help").stdout
    passes = [name for path in text if path.endswith("passes.md") for name in
              re.findall(r"^### `-(.*)`", text[path], re.MULTILINE)]
    expect_in([f"--{name} " for name in passes], helps, "ingot-opt --help")
    return f"{len(passes)} passes"


def demo(bench):
    script = DIGITS / "demo.sh"
    expect_in(["This is a 3"], bench.run("sh", script, bench.ingot).stdout, "the demo")


# ---- What a contributor does ----

def benchmark_compares_with_onnxruntime(bench):
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        raise Skip("there is no .venv with onnxruntime (`make venv`)")
    bench.run(python, ROOT / "bench" / "compare.py", "mlp_b1", "--ingot", bench.ingot, "--output", bench.folder,
              "--threads", "1", "--rounds", "1", "--seconds", "0.05", "--patience", "0", "--trend", "trend.jsonl")
    row, = json.loads((bench.folder / "bench.json").read_text())["rows"]
    if not row["threads"]["1"]["onnxruntime"]["error"] < 1e-5:
        raise Failure(f"the benchmark found wrong outputs: {row}")
    expect_in(["| mlp_b1 | 1 |", "start-up"], (bench.folder / "table.md").read_text(), "table.md")
    expect_in(['"mlp_b1"'], (bench.folder / "trend.jsonl").read_text(), "trend.jsonl")


CASES = [function for function in list(globals().values())
         if inspect.isfunction(function) and list(inspect.signature(function).parameters) == ["bench"]]


def run_case(function, build):
    with tempfile.TemporaryDirectory() as folder:
        return function(Bench(build, folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    report.add_arguments(parser)
    parser.add_argument("--build", default="build", help="the build folder")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    cases = [(function.__name__.replace("_", "-"), functools.partial(run_case, function, build)) for function in CASES]
    report.main("e2e", cases, arguments)


if __name__ == "__main__":
    main()
