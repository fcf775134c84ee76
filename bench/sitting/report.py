# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables and the trend from the rows of a sitting."""
import datetime
import json
import math
import pathlib
import platform
import statistics
import subprocess

from sitting.artifact import ONE_THREAD
from sitting.native import bandwidth

ROOT = pathlib.Path(__file__).resolve().parents[2]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def commit():
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def limit(row, threads, probe):
    """The share of the nearer limit that a run reaches: the probed multiply-adds, or reading every weight once."""
    seconds = row["threads"][threads]["ingot"]["median_us"] * 1e-6
    compute = row["flops"] / seconds / (1e9 * probe["f32_gflops"])
    memory = row["weight_bytes"] / seconds / (1e9 * bandwidth(probe, row["weight_bytes"]))
    return (compute, "flops") if compute >= memory else (memory, "bytes")


def milliseconds(result):
    digits = 3 if result["median_us"] < 1e4 else 1
    return f"{result['median_us'] / 1e3:.{digits}f} | {result['p90_us'] / 1e3:.{digits}f}"


def latency_row(row, threads, probe):
    results = row["threads"][threads]
    peer = results["onnxruntime"]
    share, kind = limit(row, threads, probe)
    gflops = row["flops"] / results["ingot"]["median_us"] * 1e-3
    return (f"| {row['model']} | {threads} | {milliseconds(results['ingot'])} | {milliseconds(peer)} | "
            f"{peer['ratio']:.2f} | {min(peer['ratios']):.2f}-{max(peer['ratios']):.2f} | {peer['cpu_ratio']:.2f} | "
            f"{gflops:.1f} | "
            f"{100 * share:.0f} % {kind} | {peer['error']:.0e} |")


LATENCY_HEAD = """\
| model | threads | Ingot ms | p90 | ONNX Runtime ms | p90 | ratio | spread | CPU ratio | GFLOP/s | of limit | error |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""

FOOTPRINT_HEAD = """| model | start-up ms | ONNX Runtime | peak MiB | ONNX Runtime | ratio | artifact MiB | compile s |
|---|---:|---:|---:|---:|---:|---:|---:|"""


def footprint_row(row):
    ours, theirs = row["footprint"]["ingot"], row["footprint"]["onnxruntime"]
    return (f"| {row['model']} | {ours['start_ms']:.1f} | {theirs['start_ms']:.1f} | {ours['peak_mib']:.1f} | "
            f"{theirs['peak_mib']:.1f} | {ours['peak_mib'] / theirs['peak_mib']:.2f} | "
            f"{row['artifact_bytes'] / 2**20:.1f} | {row['compile_s']:.1f} |")


def peer_table(rows, names):
    """Ratios to each other peer, one column for each number of threads."""
    counts = sorted({threads for row in rows for threads in row["threads"]})
    columns = [(name, threads) for name in names for threads in counts]
    lines = ["| model | " + " | ".join(f"{name}, {threads}" for name, threads in columns) + " |",
             "|---" + "|---:" * len(columns) + "|"]
    for row in rows:
        ratios = [row["threads"][threads].get(name, {}).get("ratio") for name, threads in columns]
        lines.append(f"| {row['model']} | " + " | ".join(f"{ratio:.2f}" if ratio else "-" for ratio in ratios) + " |")
    lines.append("| geometric mean | " + " | ".join(
        f"{means(rows, name)['all'].get(threads) or 0:.2f}" for name, threads in columns) + " |")
    return lines


def means(rows, peer="onnxruntime", key="ratio"):
    """Geometric means of the ratios by the number of threads: of all models, and of each set."""
    result = {}
    for threads in sorted({threads for row in rows for threads in row["threads"]}):
        for which in ("all", *sorted({row["set"] for row in rows})):
            mean = geometric_mean(row["threads"][threads][peer][key] for row in rows
                                  if which in ("all", row["set"]) and peer in row["threads"].get(threads, {}))
            result.setdefault(which, {})[threads] = mean and round(mean, 3)
    return result


def list_means(by_set):
    return "; ".join(f"{which} " + ", ".join(f"{mean:.2f} ({threads})" for threads, mean in by_threads.items() if mean)
                     for which, by_threads in by_set.items())


def scaling(rows):
    """How much faster each model is with more threads than with one, measured in turns as well."""
    lines = []
    for threads in sorted({threads for row in rows for threads in row["threads"]} - {1}):
        speedups = [f"{row['model']} {results[ONE_THREAD]['ratio']:.2f}"
                    for row in rows for results in [row["threads"].get(threads)] if results]
        lines += ["", f"Speed-up of Ingot with {threads} threads: {', '.join(speedups)}."] if speedups else []
    return lines


def describe(sitting):
    lines = [f"{sitting['processor']}, {sitting['date']}, commit {sitting['commit']}; "
             + ", ".join(f"{name} {version}" for name, version in sitting["versions"].items()) + "."]
    if sitting["compile"]:
        lines.append(f"Compiled with `{sitting['compile']}`.")
    foreign = [cpus for row in sitting["rows"] for cpus in row["foreign_cpus"].values()]
    if foreign:
        lines.append(f"Other programs kept {statistics.median(foreign):.2f} processors busy meanwhile (median of the "
                     f"rows; at most {max(foreign):.2f}).")
    for threads, probe in sitting["probes"].items():
        rates = ", ".join(f"{rate:.0f} at {size / 2**20:g} MiB" for size, rate in probe["read_gbs"].items())
        lines.append(f"Probed with {threads} thread{'s' * (threads > 1)}: {probe['f32_gflops']:.0f} f32 GFLOP/s; "
                     f"GB/s of reading {rates}.")
    return lines


def markdown(sitting):
    rows = sitting["rows"]
    lines = [*describe(sitting), "", LATENCY_HEAD]
    for row in rows:
        lines += [latency_row(row, threads, sitting["probes"][threads]) for threads in row["threads"]]
    lines += ["", f"Geometric means of the ratios, by threads: {list_means(sitting['means'])}.",
              f"Of the processors' time: {list_means(means(rows, key='cpu_ratio'))}."]
    lines += [*scaling(rows), "", FOOTPRINT_HEAD]
    lines += [footprint_row(row) for row in rows]
    others = {name: None for row in rows for results in row["threads"].values() for name in results}
    others = [name for name in others if name not in ("ingot", "onnxruntime", ONE_THREAD)]
    if others:
        lines += ["", "Ratios to others, by threads:", "", *peer_table(rows, others)]
    lines += [f"\n{name} was not measured: {reason}" for name, reason in sitting["failures"].items()]
    return "\n".join(lines) + "\n"


def summary(sitting):
    """One short row a model, for people in a hurry."""
    counts = list(sitting["probes"])
    columns = [column for threads in counts for column in (f"ms, {threads} thread{'s' * (threads > 1)}", "ratio")]
    columns += ["start-up ms", "ratio", "peak MiB", "ratio"]
    lines = [*describe(sitting)[:2], "", "| model | " + " | ".join(columns) + " |"]
    lines.append("|---" + "|---:" * len(columns) + "|")
    for row in sitting["rows"]:
        cells = [row["model"]]
        for threads in counts:
            results = row["threads"][threads]
            cells += [f"{results['ingot']['median_us'] / 1e3:.3g}", f"{results['onnxruntime']['ratio']:.2f}"]
        ours, theirs = row["footprint"]["ingot"], row["footprint"]["onnxruntime"]
        for key in ("start_ms", "peak_mib"):
            cells += [f"{ours[key]:.3g}", f"{theirs[key] / ours[key]:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    means_by_threads = sitting["means"]["all"]
    cells = [cell for threads in counts for cell in ("", f"{means_by_threads.get(threads) or 0:.2f}")]
    lines.append("| geometric mean | " + " | ".join(cells) + " | | | | |")
    return "\n".join(lines) + "\n"


def append_trend(sitting, file):
    line = {key: sitting[key] for key in ("date", "commit", "processor", "versions", "means")}
    if sitting["compile"]:
        line["compile"] = sitting["compile"]
    line["ratios"] = {row["model"]: {threads: results["onnxruntime"]["ratio"]
                                     for threads, results in row["threads"].items()} for row in sitting["rows"]}
    with open(file, "a") as trend:
        trend.write(json.dumps(line) + "\n")
