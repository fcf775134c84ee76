# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random shapes, one small ONNX graph each: products, convolutions, pooling, reductions, attention, recurrence."""
import dataclasses
import functools

import numpy
from onnx import helper, numpy_helper

EXTENTS = (1, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 128, 130)
MOST_WORK = 4_000_000  # multiply-adds of a case


@dataclasses.dataclass
class Case:
    """Nodes from `inputs` (name to array) and `weights` (constants) to the value `output`."""
    name: str
    nodes: list
    inputs: dict
    weights: dict
    output: str
    dynamic: bool
    terms: int  # that a reduction has, at most


class Drawer:
    """Draws the shapes of one case; the names of its values begin with `prefix`."""

    def __init__(self, seed, prefix):
        self.random = numpy.random.default_rng(seed)
        self.prefix = prefix
        self.nodes, self.inputs, self.weights = [], {}, {}
        self.terms = 1

    def pick(self, *choices):
        return choices[self.random.integers(len(choices))]

    def extent(self, most=130):
        return int(self.pick(*[extent for extent in EXTENTS if extent <= most]))

    def maybe_empty(self, most=130):
        return 0 if self.random.random() < 0.03 else self.extent(most)

    def data(self, *shape):
        return self.random.standard_normal(shape).astype(numpy.float32)

    def input(self, name, *shape):
        self.inputs[self.prefix + name] = self.data(*shape)
        return self.prefix + name

    def constant(self, name, array):
        self.weights[self.prefix + name] = array
        return self.prefix + name

    def weight(self, name, *shape):
        """A constant three times of four, else an input."""
        if self.random.random() < 0.25:
            return self.input(name, *shape)
        return self.constant(name, self.data(*shape))

    def node(self, op, inputs, **attributes):
        output = f"{self.prefix}t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def finish(self, value):
        """Sometimes an epilogue follows."""
        return self.node(self.pick("Relu", "Sigmoid", "Tanh", "Neg"), [value]) if self.random.random() < 0.4 else value


def draw_product(d):
    m, n, k = d.maybe_empty(), d.extent(), d.extent()
    if d.random.random() < 0.5:
        ta, tb = d.pick(0, 1), d.pick(0, 1)
        a, b = d.input("a", *((k, m) if ta else (m, k))), d.weight("b", *((n, k) if tb else (k, n)))
        operands = [a, b] + ([d.weight("c", *d.pick((n,), (1, n), (m, 1), (1,)))] if d.pick(0, 1) else [])
        return d.finish(d.node("Gemm", operands, transA=ta, transB=tb, alpha=d.pick(1.0, 0.5)))
    batch = [d.extent(5) for _ in range(d.pick(0, 1, 2))]
    while m * n * k * int(numpy.prod(batch)) > MOST_WORK:
        k = max(1, k // 2)
    right = d.pick(batch, [1] * len(batch), [])
    a, b = d.input("a", *batch, m, k), d.weight("b", *right, k, n)
    if d.pick(0, 1):
        a = d.node("Transpose", [d.input("at", *batch, k, m)], perm=[*range(len(batch)), len(batch) + 1, len(batch)])
        del d.inputs[d.prefix + "a"]
    if m * n == 1:  # a single sum, of which rounding would be most where its terms cancel
        for arrays in (d.inputs, d.weights):
            arrays.update({name: numpy.abs(array) for name, array in arrays.items()})
    return d.finish(d.node("MatMul", [a, b]))


def draw_long_product(d):
    """Rows, columns and steps enough for tile instructions, where the processor has them; sometimes a row is no number,
    or near the end of their range. The right operand is weights, another input, or one that is transposed. Or a few
    rows against more weights than the second cache holds."""
    m = d.pick(40, 49, 64, 98, 100, 197, 257, 300)
    n, k = d.pick(33, 64, 100, 129, 256, 515), d.pick(64, 97, 129, 256, 600)
    right, batch = d.pick("weights", "weights", "rows", "columns"), d.pick((), (2,), (3,))
    if d.random.random() < 0.2:
        m, n, k, right = d.pick(1, 3, 4, 6, 7, 8, 12, 16), d.pick(1000, 1040), d.pick(531, 1024), "weights"
    if right == "weights":
        a, b = d.input("a", m, k), d.constant("b", d.data(k, n))
    elif right == "rows":
        a, b = d.input("a", *batch, m, k), d.input("b", *d.pick(batch, ()), k, n)
    else:
        a, b = d.input("a", *batch, m, k), d.input("b", *batch, n, k)
        b = d.node("Transpose", [b], perm=[*range(len(batch)), len(batch) + 1, len(batch)])
    if d.random.random() < 0.3:
        d.inputs[a][..., d.pick(m // 2, m - 1), k - 1] = d.pick(numpy.nan, 1e31)
    return d.finish(d.node("MatMul", [a, b]))


def draw_window(d, rank):
    """Kernel, strides, dilations and pads that fit, and the input's spatial extents."""
    kernel = [d.pick(1, 2, 3, 3, 5, 7) for _ in range(rank)]
    dilations = [d.pick(1, 1, 2, 3) for _ in range(rank)]
    reach = [(k - 1) * dilation + 1 for k, dilation in zip(kernel, dilations)]
    pads = [d.pick(0, 0, 1, r // 2) for r in reach] + [d.pick(0, 0, 1, r // 2) for r in reach]
    pads = [min(pad, k - 1) for pad, k in zip(pads, kernel * 2)]
    spatial = [max(1, r - pads[i] - pads[rank + i]) + d.extent(33) - 1 for i, r in enumerate(reach)]
    return kernel, [d.pick(1, 1, 2, 3) for _ in range(rank)], dilations, pads, spatial


def spread(d, kernel):
    """Dilations that take taps beyond a small map, with pads that make up for it, and the map's extents."""
    dilations = [d.pick(4, 9, 12) for _ in kernel]
    pads = [(k - 1) * dilation // 2 + d.pick(0, 0, 1) for k, dilation in zip(kernel, dilations)]
    ends = [(k - 1) * dilation - (k - 1) * dilation // 2 + d.pick(0, 0, 1) for k, dilation in zip(kernel, dilations)]
    return dilations, pads + ends, [d.extent(17) for _ in kernel]


def draw_convolution(d):
    rank = d.pick(1, 2, 2, 2)
    kernel, strides, dilations, pads, spatial = draw_window(d, rank)
    if d.random.random() < 0.2:
        dilations, pads, spatial = spread(d, kernel)
    few = d.pick(2, 4, 8)
    group, channels, outputs = d.pick((1, d.extent(65), d.extent(65)), (1, d.extent(65), d.extent(65)),
                                      (d.pick(2, 3), d.extent(17), d.extent(17)), (d.extent(65), 1, d.pick(1, 1, 2)),
                                      (d.pick(2, 4, 6, 8, 12), few, few))
    while channels * group * outputs * int(numpy.prod(kernel)) * int(numpy.prod(spatial)) > MOST_WORK * 4:
        channels, outputs = max(1, channels // 2), max(1, outputs // 2)
    x = d.input("x", d.pick(1, 1, 2, 3), channels * group, *spatial)
    operands = [x, d.weight("w", outputs * group, channels, *kernel)]
    if d.pick(0, 1):
        operands.append(d.constant("b", d.data(outputs * group)))
    attributes = {"strides": strides, "dilations": dilations, "pads": pads, "group": group, "kernel_shape": kernel}
    return d.finish(d.node("Conv", operands, **attributes))


def draw_line_convolution(d):
    """A convolution of one line that is long enough for threads to share its positions, of any length of kernel; with
    channels of their own or few of them, sometimes of images one pixel high."""
    kernel, dilation, stride = d.pick(1, 2, 3, 5, 8, 16, 31, 40), d.pick(1, 1, 2, 3, 16), d.pick(1, 1, 2, 3)
    reach = (kernel - 1) * dilation + 1
    pads = [d.pick(0, reach // 2, reach - 1, d.extent(reach) - 1) for _ in range(2)]
    length = max(1, reach - sum(pads)) + d.pick(100, 200, 400) + d.extent(100)
    group, channels, outputs = d.pick((4 * d.extent(17), 1, 1), (d.extent(40), 1, 1), (d.extent(9), 1, 2),
                                      (1, d.extent(9), d.extent(33)))
    image = d.pick((), (), (1,))
    x = d.input("line", d.pick(1, 1, 1, 3), channels * group, *image, length)
    w = d.constant("w", d.data(outputs * group, channels, *image, kernel))
    attributes = {"strides": [1] * len(image) + [stride], "dilations": [1] * len(image) + [dilation],
                  "pads": [0] * len(image) + pads[:1] + [0] * len(image) + pads[1:], "group": group,
                  "kernel_shape": [*image, kernel]}
    y = d.node("Conv", [x, w, d.constant("b", d.data(outputs * group))], **attributes)
    return d.finish(d.node("Relu", [y]) if d.pick(0, 1) else y)


def draw_wide_convolution(d):
    """Channels and positions enough for tile instructions, where the processor has them, in blocks of several sizes;
    sometimes one is no number."""
    rank = d.pick(1, 2, 2, 3)
    most = {1: 600, 2: d.pick(17, 17, 43), 3: 7}[rank]
    kernel, strides, dilations = ([d.pick(*choices) for _ in range(rank)]
                                  for choices in ((1, 2, 3, 5) if rank < 3 else (1, 2, 3), (1, 1, 2, 3), (1, 1, 2)))
    reach = [(k - 1) * dilation for k, dilation in zip(kernel, dilations)]
    pads = [d.pick(0, min(1, r), r // 2, r) for r in reach * 2]
    spatial = [max(1, (d.pick(most, most - 1, most * 2 // 3) - 1) * stride + r + 1 - front - back)
               for r, stride, front, back in zip(reach, strides, pads, pads[rank:])]
    group, channels, outputs = d.pick(1, 1, 1, 2), 16 * d.pick(1, 2, 3, 4, 8), d.pick(50, 96, 130)
    x = d.input("x", d.pick(1, 1, 2), channels * group, *spatial)
    is_filtered = kernel == [3, 3] and strides == dilations == [1, 1]  # spreads what is no number over its tile
    if not is_filtered and d.random.random() < 0.3:
        d.inputs[x].flat[d.inputs[x].size // 2] = numpy.nan
    attributes = {"strides": strides, "dilations": dilations, "pads": pads, "group": group, "kernel_shape": kernel}
    return d.finish(d.node("Conv", [x, d.constant("w", d.data(outputs * group, channels, *kernel))], **attributes))


def draw_filtered_convolution(d):
    """What minimal filtering takes: 3 x 3, stride 1, whole vectors of channels."""
    channels, outputs = 4 * d.pick(2, 4, 6, 8, 12, 16), d.extent(65)
    pads = [d.pick(0, 1, 1, 2) for _ in range(4)]
    x = d.input("x", d.pick(1, 1, 2), channels, 2 + d.extent(21), 2 + d.extent(21))
    y = d.node("Conv", [x, d.weight("w", outputs, channels, 3, 3), d.constant("b", d.data(outputs))], pads=pads)
    return d.finish(d.node("Relu", [y]) if d.pick(0, 1) else y)


def draw_planes(d):
    """A convolution alone between channels-first tensors, of one pixel each; sometimes with more
    behind it that goes through the planes or along their lines."""
    batch, channels = d.pick(1, 1, 2), d.pick(8, 16, 24, d.extent(65))
    height, width = 3 + d.extent(33), 3 + d.extent(61)
    x = d.input("x", batch, channels, height, width)
    outputs = d.pick(8, 32, d.extent(65))
    operands = [x, d.weight("w", outputs, channels, 1, 1)]
    if d.pick(0, 1):
        operands.append(d.constant("b", d.data(outputs)))
    y = d.node("Conv", operands)
    if d.pick(0, 1):
        shape = d.pick((batch, outputs, height, width), (1, outputs, 1, 1), (1, 1, 1, width), (1, 1, height, width))
        y = d.node("Add", [y, d.input("z", *shape)])
    return d.finish(y)


def draw_depthwise_pair(d):
    """A convolution whose only reader is a depthwise one, of more channels than a cache has at hand: both are done
    piece by piece."""
    channels, inputs, batch = 16 * d.pick(2, 4, 6, 9, 12), d.extent(33), d.pick(1, 1, 2)
    kernel, strides, dilations, pads, spatial = draw_window(d, 2)
    spatial = [extent + d.pick(12, 16, 21, 28) for extent in spatial]
    point = d.pick(1, 1, 3)
    while channels * inputs * point * point * int(numpy.prod(spatial)) > MOST_WORK * 4 and inputs > 1:
        inputs //= 2
    x = d.input("x", batch, inputs, *spatial)
    w = d.constant("w", d.data(channels, inputs, point, point))
    y = d.node("Conv", [x, w, d.constant("b", d.data(channels))], pads=[point // 2] * 4, strides=[1, 1])
    y = d.finish(y)
    taps = d.constant("taps", d.data(channels, 1, *kernel))
    z = d.node("Conv", [y, taps], strides=strides, dilations=dilations, pads=pads, group=channels, kernel_shape=kernel)
    return d.finish(z)


def draw_bottleneck(d):
    """An image that a product widens, a depthwise convolution filters and a product narrows again. A small one has
    mostly more weights than positions, which threads share then; of a larger one they share the lines."""
    is_small = d.pick(True, False)
    channels, outputs = 64 * (d.pick(4, 7, 10) if is_small else d.pick(2, 4, 6)), d.pick(64, 80, 96, 128)
    least, batch = (2, 1) if is_small else (9, d.pick(1, 1, 2))
    inputs, height, width = d.pick(64, 72, 100), least + d.extent(6), least + d.extent(6)
    kernel, stride, dilation = d.pick(3, 3, 5), d.pick(1, 1, 2), 1 if is_small else d.pick(1, 1, 2)
    x = d.input("x", batch, inputs, height, width)
    y = d.node("Conv", [x, d.constant("w", d.data(channels, inputs, 1, 1)), d.constant("b", d.data(channels))])
    y = d.finish(y)
    taps = [y, d.constant("taps", d.data(channels, 1, kernel, kernel)), d.constant("c", d.data(channels))]
    window = {"strides": [stride] * 2, "dilations": [dilation] * 2, "pads": [kernel // 2] * 4}
    y = d.finish(d.node("Conv", taps, **window, group=channels))
    y = d.node("Conv", [y, d.constant("v", d.data(outputs, channels, 1, 1))])
    if d.pick(0, 1) and outputs == inputs and stride == 1 and dilation == 1:
        y = d.node("Add", [y, x])
    return d.finish(y)


def draw_transposed_convolution(d):
    rank = d.pick(1, 2)
    kernel, strides, dilations, _, _ = draw_window(d, rank)
    group, channels, outputs = d.pick((1, d.extent(33), d.extent(33)), (2, d.extent(9), d.extent(9)))
    x = d.input("x", d.pick(1, 2), channels * group, *[d.extent(17) for _ in range(rank)])
    w = d.constant("w", d.data(channels * group, outputs, *kernel))
    return d.finish(d.node("ConvTranspose", [x, w], strides=strides, dilations=dilations, group=group))


def off_zero(d, x):
    """Shifts what is added up: of numbers around zero, a sum is mostly what rounding leaves."""
    (d.inputs if x in d.inputs else d.weights)[x] += numpy.float32(0.5)


def draw_pooling(d):
    rank = d.pick(1, 2, 2)
    kernel, strides, _, pads, spatial = draw_window(d, rank)
    spatial = [max(extent, k) for extent, k in zip(spatial, kernel)]
    x = d.input("x", d.pick(1, 2), d.extent(65), *spatial)
    op = d.pick("MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool")
    if "Average" in op:
        off_zero(d, x)
    if op.startswith("Global"):
        return d.finish(d.node(op, [x]))
    attributes = {"kernel_shape": kernel, "strides": strides, "pads": pads}
    if op == "AveragePool":
        attributes["count_include_pad"] = d.pick(0, 1)
    return d.finish(d.node(op, [x], **attributes))


def draw_reduction(d):
    shape = [d.extent(65) for _ in range(d.pick(1, 2, 3, 4))]
    while int(numpy.prod(shape)) > MOST_WORK // 8:
        shape[int(numpy.argmax(shape))] //= 2
    x = d.input("x", *shape) if d.random.random() < 0.85 else d.constant("x", d.data(*shape))
    count = d.random.integers(1, len(shape) + 1)
    axes = sorted(int(axis) for axis in d.random.choice(len(shape), count, replace=False))
    kind = d.pick("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "Softmax", "LogSoftmax",
                  "LayerNormalization")
    d.terms = int(numpy.prod(shape))
    if kind in ("Softmax", "LogSoftmax"):
        return d.node(kind, [x], axis=axes[0])
    if kind == "LayerNormalization":
        tail = shape[axes[0]:]
        return d.node(kind, [x, d.constant("s", d.data(*tail)), d.constant("b", d.data(*tail))], axis=axes[0])
    keep = d.pick(0, 1)
    if kind in ("ReduceSum", "ReduceMean"):
        off_zero(d, x)
    if kind == "ReduceSum":
        return d.node(kind, [x, d.constant("axes", numpy.array(axes, numpy.int64))], keepdims=keep)
    return d.node(kind, [x], axes=axes, keepdims=keep)


def draw_group_normalization(d):
    """Groups of channels as exporters write them; sometimes one of all channels, long enough for threads to share it,
    with a convolution on either side, whose layout it may take."""
    groups, of_group, batch = d.pick(1, 1, 2, 3), d.pick(4, 8, 64, 150), d.pick(1, 1, 2)
    channels, positions = groups * of_group, d.pick((d.extent(130),), (450,), (d.extent(33), d.extent(33)))
    x = d.input("line", batch, channels, *positions)
    d.terms = of_group * int(numpy.prod(positions))
    if convolves := d.pick(0, 1):
        x = d.node("Conv", [x, d.constant("v", d.data(channels, 1, *(3 for _ in positions)))], group=channels,
                   pads=[1] * 2 * len(positions))
    ints = functools.partial(numpy.array, dtype=numpy.int64)
    y = d.node("Reshape", [x, d.constant("grouped", ints([0, groups, -1]))])
    y = d.node("InstanceNormalization", [y, d.constant("one", numpy.ones(groups, numpy.float32)),
                                         d.constant("zero", numpy.zeros(groups, numpy.float32))])
    y = d.node("Reshape", [y, d.node("Shape", [x])])
    ones = [1] * len(positions)
    y = d.node("Mul", [y, d.constant("s", d.data(channels, *ones))])
    y = d.node("Add", [y, d.constant("b", d.data(channels, *ones))])
    return d.node("Conv", [y, d.constant("w", d.data(8, channels, *ones))]) if convolves else y


def draw_attention(d):
    """As exporters spell it: keys as they are or swapped in three dimensions, scores masked under another view, zeros
    where a row sees no key."""
    batch, heads = d.pick(1, 2), d.pick(1, 2, 3, 4)
    queries, keys = d.extent(97), d.pick(d.extent(97), d.extent(97), d.extent(1100))
    width, values = d.pick(8, 16, 17, 32, 64, 80), d.pick(8, 16, 24, 32, 40, 64, 72, 80, 130)
    while batch * heads * queries * keys * (width + values) > MOST_WORK * 4:
        queries = max(1, queries // 2)
    ints = functools.partial(numpy.array, dtype=numpy.int64)
    view = lambda x, name, *shape: d.node("Reshape", [x, d.constant(name, ints(shape))])
    q, v = d.input("q", batch, heads, queries, width), d.input("v", batch, heads, keys, values)
    if d.pick(0, 1):
        k = view(d.input("k", batch, heads, keys, width), "joined", -1, keys, width)
        k = view(d.node("Transpose", [k], perm=[0, 2, 1]), "apart", batch, heads, width, keys)
    else:
        k = d.input("k", batch, heads, width, keys)
    joined = d.pick("", "", "scores", "all")
    if joined:
        q, k, v = (view(x, x + "3", batch * heads, *rest)
                   for x, *rest in ((q, queries, width), (k, width, keys), (v, keys, values)))
    scores = d.node("Mul", [d.node("MatMul", [q, k]), d.constant("scale", numpy.float32(width ** -0.5))])
    if joined == "scores":
        scores = view(scores, "masked", batch, heads, queries, keys)
    if hides := d.pick("", "", "added", "guarded"):
        by_batch = [] if joined == "all" else [(batch, 1, 1, keys), (1, 1, queries, keys)]
        mask = d.data(*d.pick((queries, keys), *by_batch))
        if hides == "guarded":
            mask[..., :keys // 2] = -numpy.inf
            if d.pick(0, 1):
                mask[..., -1, :] = -numpy.inf
        scores = d.node(d.pick("Add", "Sub") if hides == "added" else "Add", [scores, d.constant("mask", mask)])
    weights = d.node("Softmax", [scores], axis=-1)
    if hides == "guarded":
        weights = d.node("Where", [d.node("IsNaN", [weights]), d.constant("zero", numpy.float32(0)), weights])
    if joined == "scores":
        weights = view(weights, "weights", batch * heads, queries, keys)
    return d.node("MatMul", [weights, v])


def draw_joint_attention(d):
    """Query, key and value as slices of one tensor, split into heads; sometimes a slice has another reader."""
    batch, length, heads, width = d.pick(1, 2, 3), d.extent(65), d.pick(1, 2, 3), d.pick(8, 16, 17, 32)
    hidden = heads * width
    parts = [d.prefix + name for name in "qkv"]
    d.nodes.append(helper.make_node("Split", [d.input("x", batch, length, 3 * hidden),
                                              d.constant("sizes", numpy.full(3, hidden, numpy.int64))], parts, axis=2))
    if d.random.random() < 0.2:
        parts[2] = d.node("Relu", [parts[2]])
    shape = d.constant("shape", numpy.array([0, length, heads, width], numpy.int64))
    orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
    q, k, v = (d.node("Transpose", [d.node("Reshape", [part, shape])], perm=order)
               for part, order in zip(parts, orders))
    scores = d.node("Mul", [d.node("MatMul", [q, k]), d.constant("scale", numpy.float32(width ** -0.5))])
    value = d.node("MatMul", [d.node("Softmax", [scores], axis=-1), v])
    value = d.node("Reshape", [d.node("Transpose", [value], perm=[0, 2, 1, 3]),
                               d.constant("merged", numpy.array([0, length, hidden], numpy.int64))])
    return d.node("Add", [value, d.prefix + "q"]) if d.random.random() < 0.3 else d.finish(value)


def draw_recurrent(d):
    """Layers over a few steps, of constant weights or not, with what else they may have."""
    kind, gates = d.pick(("LSTM", 4), ("LSTM", 4), ("GRU", 3), ("GRU", 3), ("RNN", 1))
    steps, batch, width = d.pick(1, 2, 3, 5), d.pick(1, 1, 2, 3, 4, 9, 33), d.extent(48)
    hidden = d.pick(d.extent(), d.extent(), 200, 300)
    direction = d.pick("forward", "forward", "reverse", "bidirectional")
    count = 2 if direction == "bidirectional" else 1
    while steps * batch * count * gates * hidden * (hidden + width) > MOST_WORK * 4:
        batch, steps = max(1, batch // 2), max(1, steps - 1)

    def parameter(name, *shape):
        array = d.data(*shape) / numpy.float32(shape[-1] ** 0.5 if len(shape) > 2 else 1)
        return d.constant(name, array)

    operands = [d.input("x", steps, batch, width), parameter("w", count, gates * hidden, width),
                parameter("r", count, gates * hidden, hidden), "", "", ""]
    if d.random.random() < 0.2:
        operands[2] = d.prefix + "r_w"
        d.inputs[operands[2]] = d.weights.pop(d.prefix + "r")
    if d.pick(0, 1):
        operands[3] = parameter("b", count, 2 * gates * hidden)
    if d.random.random() < 0.3:
        lengths = d.random.integers(1, steps + 1, batch).astype(numpy.int32)
        operands[4] = d.constant("lengths", lengths)
    if d.pick(0, 1):
        operands[5] = d.constant("h", d.data(count, batch, hidden))
    attributes = {"hidden_size": hidden, "direction": direction}
    if kind == "LSTM" and d.pick(0, 1):
        operands.append(d.constant("c", d.data(count, batch, hidden)))
        if d.pick(0, 1):
            operands.append(parameter("p", count, 3 * hidden))
    if kind == "GRU":
        attributes["linear_before_reset"] = d.pick(0, 1)
    if d.random.random() < 0.2 and kind != "LSTM":  # whose cell ONNX Runtime does not clip
        attributes["clip"] = 0.5
    if d.random.random() < 0.2:
        functions = {"LSTM": ["HardSigmoid", "Softsign", "Tanh"], "GRU": ["Sigmoid", "Softsign"], "RNN": ["Relu"]}
        attributes["activations"] = functions[kind] * count
    outputs = [d.prefix + "y", "", ""][:3 if kind == "LSTM" else 2]
    if d.pick(0, 1):
        outputs = outputs[1:] + outputs[:1] if d.pick(0, 1) else ["", d.prefix + "y"]
    d.nodes.append(helper.make_node(kind, operands, outputs, **attributes))
    return d.prefix + "y"


def draw_gates(d):
    """A product whose columns are split into parts that are put together again."""
    m, k, parts, n = d.maybe_empty(), d.extent(), d.pick(2, 3, 4), d.extent()
    shape = d.pick([m, k], [d.pick(1, 2, 3), m, k])
    weights = d.constant("w", d.data(k, parts * n) / numpy.float32(k ** 0.5))
    product = d.node("MatMul", [d.input("x", *shape), weights])
    if d.pick(0, 1):
        product = d.node("Add", [product, d.constant("b", d.data(parts * n))])
    names = [f"{d.prefix}part{i}" for i in range(parts)]
    d.nodes.append(helper.make_node("Split", [product, d.constant("sizes", numpy.full(parts, n, numpy.int64))], names,
                                    axis=len(shape) - 1))
    value = d.node(d.pick("Sigmoid", "Tanh"), names[:1])
    for name in names[1:]:
        value = d.node(d.pick("Mul", "Add"), [value, name])
    return d.finish(value)


def draw_joined(d):
    """A concatenation of what convolutions, pools, slices, products of gates and others make of one image; sometimes a
    part has another reader, or the whole is a part itself."""
    batch, channels, height, width = d.pick(1, 1, 2), 2 * d.extent(33), d.extent(17), d.extent(17)
    x = d.input("x", batch, channels, height, width)

    def branch(i):
        kind = d.pick("Conv", "Conv", "Conv", "Depthwise", "MaxPool", "Mul", "Slice", "Resize", "x")
        side = d.pick(1, 3)
        if kind in ("Conv", "Depthwise"):
            group, outputs = (1, d.extent(65)) if kind == "Conv" else (channels, channels)
            w = d.constant(f"w{i}", d.data(outputs, channels // group, side, side))
            return d.finish(d.node("Conv", [x, w], pads=[side // 2] * 4, group=group)), outputs
        if kind == "MaxPool":
            return d.node("MaxPool", [x], kernel_shape=[side, side], pads=[side // 2] * 4), channels
        if kind == "Mul":
            return d.node("Mul", [x, d.node("Sigmoid", [x])]), channels
        if kind == "Slice":
            ends = [d.constant(f"{name}{i}", numpy.array([value], numpy.int64))
                    for name, value in (("start", 1), ("end", channels), ("axis", 1))]
            return d.node("Slice", [x, *ends]), channels - 1
        if kind == "Resize":
            small = d.node("GlobalAveragePool", [x])
            scales = d.constant(f"scales{i}", numpy.array([1, 1, height, width], numpy.float32))
            return d.node("Resize", [small, "", scales], mode="nearest"), channels
        return x, channels

    def join(names):
        return d.node("Concat", names, axis=1)

    branches = [branch(i) for i in range(d.pick(2, 3, 4))]
    y, parts = join([name for name, _ in branches]), sum(count for _, count in branches)
    if d.random.random() < 0.3:
        y, parts = join([d.node("Neg", [x]), y]), parts + channels
    if d.random.random() < 0.3:
        return d.node("Add", [y, d.constant("one", numpy.float32([1]))])
    if d.random.random() < 0.3:
        shape = d.constant("lines", numpy.array([0, parts, height * width], numpy.int64))
        y = d.node("Concat", [d.node("Reshape", [y, shape])] * 2, axis=d.pick(1, 2))
    return y if d.pick(0, 1) else d.finish(y)


def draw_stacked(d):
    """Results side by side in a new last dimension, as real and imaginary parts are: none is contiguous there."""
    batch, channels, outputs, height, width = d.pick(1, 2), d.extent(33), d.extent(65), d.extent(17), d.extent(17)
    x, side = d.input("x", batch, channels, height, width), d.pick(1, 3)

    def branch(i):
        w = d.constant(f"w{i}", d.data(outputs, channels, side, side))
        y = d.node("Conv", [x, w], pads=[side // 2] * 4)
        if d.pick(0, 1):
            y = d.node("MaxPool", [y], kernel_shape=[2, 2], pads=[0, 0, 1, 1])
        else:
            y = d.finish(y)
        return d.node("Unsqueeze", [last_channels(y), d.constant(f"last{i}", numpy.array([4], numpy.int64))])

    last_channels = (lambda y: d.node("Transpose", [y], perm=[0, 2, 3, 1])) if d.pick(0, 1) else (lambda y: y)
    return d.node("Concat", [branch(i) for i in range(d.pick(1, 2, 3))], axis=d.pick(4, -1))


def draw_suppression(d):
    """Boxes on a grid, so that no overlap is a matter of rounding; which are chosen, as numbers."""
    batch, classes, count = d.pick(1, 2), d.extent(9), d.pick(*[e for e in EXTENTS if e <= 65], 150, 400)
    boxes, scores = d.input("boxes", batch, count, 4), d.input("scores", batch, classes, count)
    corner, size = d.random.integers(0, 128, (batch, count, 2)), d.random.integers(0, 48, (batch, count, 2))
    d.inputs[boxes] = (numpy.concatenate([corner, corner + size], axis=2) / 16).astype(numpy.float32)
    limits = [d.constant("most", numpy.array([d.pick(1, 20, 1000)], numpy.int64)),
              d.constant("overlap", numpy.float32([d.pick(0, 0.25, 0.5)])),
              d.constant("threshold", numpy.float32([d.pick(-9, 0.5)]))]
    chosen = d.node("NonMaxSuppression", [boxes, scores, *limits], center_point_box=d.pick(0, 1))
    return d.node("Cast", [chosen], to=1)


FAMILIES = {"product": draw_product, "long_product": draw_long_product, "convolution": draw_convolution,
            "line_convolution": draw_line_convolution,
            "wide_convolution": draw_wide_convolution, "filtered_convolution": draw_filtered_convolution,
            "planes": draw_planes, "depthwise_pair": draw_depthwise_pair,
            "bottleneck": draw_bottleneck,
            "transposed_convolution": draw_transposed_convolution,
            "pooling": draw_pooling, "reduction": draw_reduction, "group_normalization": draw_group_normalization,
            "attention": draw_attention,
            "joint_attention": draw_joint_attention, "recurrent": draw_recurrent, "gates": draw_gates,
            "joined": draw_joined, "stacked": draw_stacked, "suppression": draw_suppression}


def draw(index, seed):
    """Case `index`; the families take turns."""
    family = list(FAMILIES)[index % len(FAMILIES)]
    drawer = Drawer((seed, index), f"c{index}_")
    output = FAMILIES[family](drawer)
    return Case(f"{family}_{index}", drawer.nodes, drawer.inputs, drawer.weights, output, bool(drawer.pick(0, 1)),
                drawer.terms)


def model(cases, free=True, element=numpy.float32):
    """One model of all cases. With `free`, the first dimension of dynamic cases' inputs has no extent, nor the last one
    of lines."""
    kind = helper.np_dtype_to_tensor_dtype(numpy.dtype(element))

    def widen(array):
        return array.astype(element) if array.dtype == numpy.float32 else array

    inputs, weights = [], []
    for case in cases:
        for name, array in case.inputs.items():
            shape = list(array.shape)
            if free and case.dynamic and not name.endswith("_w"):  # kernels have to be known
                shape[0] = name + "_n"
                if name.endswith("_line"):
                    shape[-1] = name + "_l"
            inputs.append(helper.make_tensor_value_info(name, kind, shape))
        weights += [numpy_helper.from_array(widen(array), name) for name, array in case.weights.items()]
    outputs = [helper.make_tensor_value_info(case.output, kind, None) for case in cases]
    graph = helper.make_graph([node for case in cases for node in case.nodes], "shapes", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
