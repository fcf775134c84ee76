# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention in the forms models write it, against plain arithmetic: sizes that fill no tile, blocks, masks, threads."""
import itertools
import math
import os
import pathlib
import random
import struct

from harness import onnxfile as onnx
from harness.report import Failure, Skip

INFINITY = float("inf")
TOLERANCE = 2e-5


class Form:
    """One attention: query [B, L, heads, D], key [B, S, kv_heads, D], value [B, S, kv_heads, V]."""

    def __init__(self, batch, rows, keys, heads, columns, width, kv_heads=0, mask=None, causal=False, softcap=0,
                 onnx_operator=False):
        self.batch, self.rows, self.keys, self.heads = batch, rows, keys, heads
        self.columns, self.width, self.kv_heads = columns, width, kv_heads or heads
        self.mask, self.causal, self.softcap, self.onnx_operator = mask, causal, softcap, onnx_operator
        self.scale = 1 / math.sqrt(columns)

    def __str__(self):
        return ", ".join(f"{key} {value}" for key, value in vars(self).items() if value)

    # ---- The model ----

    def model(self, dynamic):
        def dims(rows, columns):
            name = "S" if rows == self.keys else "L"
            return ["B" if dynamic else self.batch, name if dynamic else rows, columns]

        query = dims(self.rows, self.heads * self.columns)
        inputs = [onnx.value("q", "f32", query), onnx.value("k", "f32", dims(self.keys, self.kv_heads * self.columns)),
                  onnx.value("v", "f32", dims(self.keys, self.kv_heads * self.width))]
        if self.mask:
            inputs.append(onnx.value("m", self.mask, [query[0], 1, 1, "S" if dynamic else self.keys]))
        outputs = [onnx.value("y", "f32", query[:2] + [self.heads * self.width])]
        if self.onnx_operator:
            attributes = {"q_num_heads": self.heads, "kv_num_heads": self.kv_heads, "is_causal": int(self.causal)}
            if self.softcap:
                attributes["softcap"] = float(self.softcap)
            operands = ["q", "k", "v"] + (["m"] if self.mask else [])
            return onnx.model([onnx.node("Attention", operands, ["y"], **attributes)], inputs, outputs, opset=23,
                              ir_version=11)
        return onnx.model(*self.decomposed(inputs, outputs))

    def decomposed(self, inputs, outputs):
        nodes, weights = [], [onnx.tensor("scale", "f32", [], [1 / self.scale])]
        for name, width, perm in (("q", self.columns, [0, 2, 1, 3]), ("k", self.columns, [0, 2, 3, 1]),
                                  ("v", self.width, [0, 2, 1, 3])):
            weights.append(onnx.tensor(name + "s", "i64", [4], [0, 0, self.heads, width]))
            nodes += [onnx.node("Reshape", [name, name + "s"], [name + "r"]),
                      onnx.node("Transpose", [name + "r"], [name + "t"], perm=perm)]
        nodes += [onnx.node("MatMul", ["qt", "kt"], ["product"]), onnx.node("Div", ["product", "scale"], ["scores"])]
        scores = "scores"
        if self.causal:
            seen = [int(j <= i) for i in range(self.rows) for j in range(self.keys)]
            weights += [onnx.tensor("seen", "bool", [1, 1, self.rows, self.keys], seen),
                        onnx.tensor("low", "f32", [], [-3e38])]
            nodes.append(onnx.node("Where", ["seen", scores, "low"], ["causal"]))
            scores = "causal"
        if self.mask:
            nodes.append(onnx.node("Add", [scores, "m"], ["masked"]))
            scores = "masked"
        weights.append(onnx.tensor("ys", "i64", [3], [0, 0, self.heads * self.width]))
        nodes += [onnx.node("Softmax", [scores], ["weights"], axis=-1),
                  onnx.node("MatMul", ["weights", "vt"], ["sums"]),
                  onnx.node("Transpose", ["sums"], ["turned"], perm=[0, 2, 1, 3]),
                  onnx.node("Reshape", ["turned", "ys"], ["y"])]
        return nodes, inputs, outputs, weights

    # ---- The arithmetic ----

    def data(self):
        numbers = random.Random(str(self))
        sizes = {"q": (self.rows, self.heads * self.columns), "k": (self.keys, self.kv_heads * self.columns),
                 "v": (self.keys, self.kv_heads * self.width)}
        # Rounded to what f32 holds.
        values = {name: [round(numbers.uniform(-2, 2) * 256) / 256 for _ in range(self.batch * math.prod(size))]
                  for name, size in sizes.items()}
        dims = {name: [self.batch, *size] for name, size in sizes.items()}
        if self.mask:
            dims["m"] = [self.batch, 1, 1, self.keys]
            hidden = {"f32": (-INFINITY, -1.5), "bool": (0, 1)}[self.mask]
            values["m"] = [numbers.choice(hidden) for _ in range(self.batch * self.keys)]
        return dims, values

    def expected(self, values):
        shared, result = self.heads // self.kv_heads, []
        for b, i in itertools.product(range(self.batch), range(self.rows)):
            for h in range(self.heads):
                weights = self.weights(values, b, i, h, h // shared)
                total = sum(weights)
                for c in range(self.width):
                    column = h // shared * self.width + c
                    at = [(b * self.keys + j) * self.kv_heads * self.width + column for j in range(self.keys)]
                    sums = sum(weight * values["v"][a] for weight, a in zip(weights, at))
                    result.append(sums / total if total else 0.0)
        return result

    def weights(self, values, b, i, head, kv_head):
        query = ((b * self.rows + i) * self.heads + head) * self.columns
        scores = []
        for j in range(self.keys):
            key = ((b * self.keys + j) * self.kv_heads + kv_head) * self.columns
            score = self.scale * sum(values["q"][query + d] * values["k"][key + d] for d in range(self.columns))
            if self.softcap:
                score = self.softcap * math.tanh(score / self.softcap)
            if self.mask == "f32":
                score += values["m"][b * self.keys + j]
            if (self.mask == "bool" and not values["m"][b * self.keys + j]) or (self.causal and j > i):
                score = -INFINITY
            scores.append(score)
        best = max(scores)
        return [0.0 if score == -INFINITY else math.exp(score - best) for score in scores]


FORMS = [
    Form(1, 5, 5, 2, 4, 4), Form(2, 13, 13, 3, 20, 20, mask="f32"), Form(1, 33, 33, 1, 64, 64, causal=True),
    Form(1, 7, 50, 2, 16, 40), Form(1, 1, 70, 2, 32, 16, mask="f32"), Form(1, 37, 37, 2, 8, 8, mask="f32", causal=True),
    Form(1, 3, 600, 1, 16, 17), Form(1, 140, 530, 1, 4, 4, mask="f32"), Form(2, 1, 2, 2, 3, 5),
    Form(2, 6, 19, 4, 8, 12, kv_heads=2, mask="bool", onnx_operator=True),
    Form(1, 17, 17, 4, 8, 8, kv_heads=1, causal=True, softcap=3, onnx_operator=True),
    Form(1, 530, 530, 1, 8, 8, mask="bool", causal=True, onnx_operator=True),
]


def check(bench, form, dynamic, options, threads):
    where = f"{form}{', dynamic' if dynamic else ''}, {' '.join(options)}, {threads} threads"
    (bench.folder / "attention.onnx").write_bytes(form.model(dynamic))
    dims, values = form.data()
    for name in dims:
        kind = form.mask if name == "m" else "f32"
        (bench.folder / f"{name}.npy").write_bytes(onnx.npy(kind, dims[name], values[name]))
    stage = bench.run(bench.ingot, "compile", "attention.onnx", "--emit=linalg", "-o", "-", *options).stdout
    if "tile.attention" not in stage:
        raise Failure(f"{where}: attention was not recognized")
    bench.compile("attention.onnx", "attention", *options)
    given = itertools.chain.from_iterable(("--input", f"{name}={name}.npy") for name in dims)
    bench.run("./attention", *given, "--output", "y=y.npy", "--threads", str(threads))
    expected = form.expected(values)
    actual = struct.unpack(f"<{len(expected)}f", (bench.folder / "y.npy").read_bytes()[-4 * len(expected):])
    worst = max(range(len(expected)), key=lambda i: not_number_last(abs(actual[i] - expected[i])))
    if not abs(actual[worst] - expected[worst]) <= TOLERANCE:
        raise Failure(f"{where}: expected {expected[worst]} at {worst} but got {actual[worst]}")


def not_number_last(error):
    return INFINITY if error != error else error


def attention_agrees(bench):
    for form in FORMS:
        check(bench, form, False, (), 1)
        if not form.causal or form.onnx_operator:
            check(bench, form, True, (), 2)


def attention_agrees_on_lesser_processors(bench):
    if os.uname().machine != "x86_64" or " avx2 " not in pathlib.Path("/proc/cpuinfo").read_text():
        raise Skip("this is no x86-64 machine with AVX2")
    for target, form in itertools.product(("x86-64-v2", "x86-64-v3"), (FORMS[1], FORMS[3], FORMS[9])):
        check(bench, form, False, (f"--target={target}",), 1)
