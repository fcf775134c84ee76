# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models that are wrong in one way each: (name, bytes of model.onnx, pieces of the message).

Every message names the file; the pieces are what else it must say.
"""
from harness import onnxfile as onnx

X = onnx.value("x", "f32", [2, 3])
Y = onnx.value("y", "f32", [2, 3])


def one(op, inputs=("x",), weights=(), x=X, y=Y, name="the_node", **attributes):
    """A model of one node from x to y."""
    return onnx.model([onnx.node(op, inputs, ["y"], name, **attributes)], [x], [y], weights)


def weight(name, dims, dtype="f32"):
    count = 1
    for dim in dims:
        count *= dim
    return onnx.tensor(name, dtype, dims, [1] * count)


GOOD = one("Relu")


def image(dims):
    return onnx.value("x", "f32", dims)


def chain(ops):
    """Nodes one after another, named node_0, node_1, ..."""
    names = ["x"] + [f"t{i}" for i in range(1, len(ops))] + ["y"]
    return [onnx.node(op, [names[i]], [names[i + 1]], f"node_{i}") for i, op in enumerate(ops)]


FIVE_UNSUPPORTED = ("Frobnicate", "Quux", "Relu", "Zork", "Blorb", "Plugh")

FILES = [
    ("empty-file", b"", []),
    ("text-file", b"this is no model\n" * 10, []),
    ("truncated-at-half", GOOD[: len(GOOD) // 2], []),
    ("truncated-by-one-byte", GOOD[:-1], []),
    ("no-graph", onnx.field(1, 8) + onnx.field(8, onnx.field(2, 17)), ["graph"]),
    ("length-beyond-the-file", onnx.field(1, 8) + b"\x3a\xff\xff\xff\xff\x0f", []),
]

VERSIONS = [
    ("opset-too-new", onnx.model(chain(["Relu"]), [X], [Y], opset=9999), ["9999"]),
    ("ir-version-too-new", onnx.model(chain(["Relu"]), [X], [Y], ir_version=9999), ["9999"]),
    ("no-opset-of-a-domain", onnx.model([onnx.node("Gelu", ["x"], ["y"], "the_node", "com.microsoft")], [X], [Y]),
     ["com.microsoft"]),
]

OPERATORS = [
    ("unknown-operator", one("Frobnicate"), ["the_node", "Frobnicate"]),
    ("unknown-domain", onnx.model([onnx.node("Relu", ["x"], ["y"], "the_node", "org.example")], [X], [Y],
                                  domains=[("org.example", 1)]), ["the_node", "org.example"]),
    ("all-unsupported-nodes", onnx.model(chain(FIVE_UNSUPPORTED), [X], [Y]),
     [word for i, op in enumerate(FIVE_UNSUPPORTED) if op != "Relu" for word in (f"node_{i}", op)]),
    ("string-input", one("Identity", x=onnx.value("x", "string", [2]), y=onnx.value("y", "string", [2])), ["string"]),
    ("missing-attribute", one("Cast"), ["the_node", "to"]),
    ("missing-operand", one("MatMul", inputs=("x",)), ["the_node"]),
]

SHAPES = [
    ("matmul-of-unequal-dims", one("MatMul", ("x", "w"), [weight("w", [4, 5])], y=onnx.value("y", "f32", [2, 5])),
     ["the_node", "3", "4"]),
    ("broadcast-of-unequal-dims", one("Add", ("x", "w"), [weight("w", [4])]), ["the_node", "3", "4"]),
    ("conv-of-wrong-rank", one("Conv", ("x", "w"), [weight("w", [4, 3, 3, 3])]), ["the_node", "2", "4"]),
    ("conv-of-wrong-channels", one("Conv", ("x", "w"), [weight("w", [4, 3, 3, 3])], x=image([1, 5, 8, 8]),
                                   y=onnx.value("y", "f32", [1, 4, 6, 6])), ["the_node", "3", "5"]),
    ("reshape-to-another-size", one("Reshape", ("x", "w"), [onnx.tensor("w", "i64", [2], [4, 2])],
                                    y=onnx.value("y", "f32", [4, 2])), ["the_node", "6", "8"]),
    ("axis-out-of-range", one("Softmax", axis=5), ["the_node", "5"]),
    ("permutation-of-wrong-length", one("Transpose", perm=[0, 1, 2]), ["the_node", "3", "2"]),
    ("concat-of-unequal-dims", onnx.model([onnx.node("Concat", ["x", "w"], ["y"], "the_node", axis=0)], [X],
                                          [onnx.value("y", "f32", [3, 3])], [weight("w", [1, 4])]),
     ["the_node", "3", "4"]),
    ("squeeze-of-what-may-be-1", onnx.model([onnx.node("Squeeze", ["x"], ["t"], "the_node"),
                                             onnx.node("Exp", ["t"], ["y"])], [onnx.value("x", "f32", ["N", 1, 3])],
                                            [onnx.value("y", "f32", ["N", 3])]), ["the_node", "without axes"]),
    ("operands-of-unequal-types", one("Add", ("x", "w"), [weight("w", [3], "i64")]), ["the_node"]),
]

GRAPHS = [
    ("cyclic-graph", onnx.model([onnx.node("Add", ["x", "b"], ["a"], "first"),
                                 onnx.node("Relu", ["a"], ["b"], "second"),
                                 onnx.node("Relu", ["b"], ["y"], "third")], [X], [Y]), ["first", "second"]),
    ("node-that-uses-itself", onnx.model([onnx.node("Add", ["x", "y"], ["y"], "the_node")], [X], [Y]), ["the_node"]),
    ("undefined-value", one("Add", ("x", "nowhere")), ["the_node", "nowhere"]),
    ("undefined-output", onnx.model(chain(["Relu"]), [X], [onnx.value("elsewhere", "f32", [2, 3])]), ["elsewhere"]),
    ("value-defined-twice", onnx.model([onnx.node("Relu", ["x"], ["y"], "first"),
                                        onnx.node("Exp", ["x"], ["y"], "second")], [X], [Y]), ["'y'"]),
]

SIZES = [
    ("negative-dim-of-a-weight", one("Add", ("x", "w"), [onnx.tensor("w", "f32", [-3], [1, 1, 1])]), ["w", "-3"]),
    ("absurd-dims-of-a-weight", one("Add", ("x", "w"), [onnx.tensor("w", "f32", [1 << 40, 1 << 40], [1])]), ["w"]),
    ("weight-with-too-little-data", one("Add", ("x", "w"), [onnx.tensor("w", "f32", [3], data=b"\0" * 8)]),
     ["w", "12", "8"]),
    ("absurd-dims-of-an-input", one("Relu", x=image([1 << 40, 1 << 40]), y=onnx.value("y", "f32", [1 << 40, 1 << 40])),
     []),
    ("absurd-output", one("Expand", ("x", "w"), [onnx.tensor("w", "i64", [4], [1 << 30, 1 << 30, 2, 3])],
                          y=onnx.value("y", "f32", [1 << 30, 1 << 30, 2, 3])), ["the_node"]),
]


def with_external(entries):
    return one("Add", ("x", "w"), [onnx.external("w", "f32", [3], entries)])


# These run in a folder that has secret.bin one level up, data.bin, a link to it and a hard link.
EXTERNAL = [
    ("external-data-missing", with_external({"location": "nowhere.bin"}), ["nowhere.bin"]),
    ("external-data-without-location", with_external({"offset": 0}), ["w"]),
    ("external-data-escapes", with_external({"location": "../secret.bin"}), ["../secret.bin"]),
    ("external-data-escapes-inside", with_external({"location": "folder/../../secret.bin"}), ["secret.bin"]),
    ("external-data-absolute", with_external({"location": "/etc/passwd"}), ["/etc/passwd"]),
    ("external-data-symbolic-link", with_external({"location": "link.bin"}), ["link.bin"]),
    ("external-data-hard-link", with_external({"location": "hard.bin"}), ["hard.bin"]),
    ("external-data-beyond-the-end", with_external({"location": "data.bin", "offset": 4096, "length": 12}), ["4096"]),
    ("external-data-too-short", with_external({"location": "data.bin", "length": 4}), ["12", "4"]),
    ("external-data-negative-offset", with_external({"location": "data.bin", "offset": -4}), ["-4"]),
    ("external-data-offset-overflow", with_external({"location": "data.bin", "offset": (1 << 64) - 4, "length": 12}),
     ["w"]),
]

ALL = FILES + VERSIONS + OPERATORS + SHAPES + GRAPHS + SIZES + EXTERNAL
