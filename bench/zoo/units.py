# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of one node: matrix products and convolutions of many shapes, tails included."""
import math

import numpy as np

from zoo.graph import Graph


class Unit:
    """A graph of one node, its arithmetic, and the bytes that it must touch at least."""

    def __init__(self, name, build, flops, elements):
        self.name, self.build, self.flops, self.bytes = name, build, flops, 4 * elements


def feed(graph, name, shape):
    return graph.input(name, list(shape), graph.random.standard_normal(shape, dtype=np.float32))


def gemm(rows, columns, depth):
    """A product with weights."""

    def build():
        graph = Graph("gemm", opset=17)
        weight = graph.normal("weight", (depth, columns), 1 / math.sqrt(depth))
        graph.output(graph.op("MatMul", feed(graph, "a", (rows, depth)), weight), "c", [rows, columns])
        return graph

    return Unit(f"gemm {rows}x{columns}x{depth}", build, 2 * rows * columns * depth,
                rows * depth + depth * columns + rows * columns)


def batched(batch, rows, columns, depth, transposed=False):
    """A product of two values; the right one transposed is what attention's scores are."""

    def build():
        graph = Graph("batched", opset=17)
        right = feed(graph, "b", (1, batch, columns, depth) if transposed else (1, batch, depth, columns))
        right = graph.op("Transpose", right, perm=[0, 1, 3, 2]) if transposed else right
        left = feed(graph, "a", (1, batch, rows, depth))
        graph.output(graph.op("MatMul", left, right), "c", [1, batch, rows, columns])
        return graph

    return Unit(f"batched {batch}x {rows}x{columns}x{depth}{' ^T' * transposed}", build,
                2 * batch * rows * columns * depth, batch * (rows * depth + depth * columns + rows * columns))


def conv(height, width, before, after, kernel, stride=1, dilation=1, groups=1, same=True):
    """A convolution of one image; a kernel is an extent or two."""
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    pads = [dilation * (extent - 1) // 2 if same else 0 for extent in kernel]
    out = [(size + 2 * pad - dilation * (extent - 1) - 1) // stride + 1
           for size, pad, extent in zip((height, width), pads, kernel)]
    shape = (after, before // groups, *kernel)

    def build():
        graph = Graph("conv", opset=17)
        weight = graph.normal("weight", shape, 1 / math.sqrt(math.prod(shape[1:])))
        value = graph.op("Conv", feed(graph, "x", (1, before, height, width)), weight,
                         graph.uniform("bias", after, -0.1, 0.1), dilations=[dilation] * 2, group=groups,
                         kernel_shape=list(kernel), pads=pads * 2, strides=[stride] * 2)
        graph.output(value, "y", [1, after, *out])
        return graph

    name = f"conv {height}x{width} {before}->{after} {kernel[0]}x{kernel[1]}"
    name += "".join(f" {letter}{value}" for letter, value in zip("sdg", (stride, dilation, groups)) if value > 1)
    return Unit(name + ("" if same else " valid"), build, 2 * math.prod(shape) * math.prod(out),
                before * height * width + math.prod(shape) + after * math.prod(out))


UNITS = [
    gemm(512, 512, 512), gemm(1024, 1024, 1024), gemm(128, 768, 768), gemm(128, 3072, 768), gemm(128, 768, 3072),
    gemm(197, 768, 768), gemm(49, 2048, 512), gemm(64, 2304, 768), gemm(64, 512, 784), gemm(100, 2048, 256),
    gemm(127, 127, 127), gemm(255, 257, 511), gemm(31, 1000, 1280), gemm(77, 100, 300), gemm(33, 65, 129),
    gemm(16, 2048, 2048), gemm(4, 2048, 2048), gemm(1, 2048, 2048),
    batched(12, 128, 128, 64, transposed=True), batched(12, 128, 64, 128), batched(12, 197, 197, 32),
    conv(56, 56, 64, 64, 3), conv(28, 28, 128, 128, 3), conv(14, 14, 256, 256, 3), conv(7, 7, 512, 512, 3),
    conv(56, 56, 128, 128, 3, stride=2), conv(224, 224, 3, 64, 7, stride=2), conv(56, 56, 64, 256, 1),
    conv(28, 28, 512, 128, 1), conv(14, 14, 1024, 256, 1), conv(7, 7, 2048, 512, 1),
    conv(56, 56, 256, 512, 1, stride=2),
    conv(28, 28, 96, 96, 3, dilation=2), conv(31, 37, 17, 23, 3), conv(35, 35, 48, 64, 5, same=False),
    conv(17, 17, 160, 192, (1, 7)), conv(1, 1000, 64, 64, (1, 3)), conv(56, 56, 128, 128, 3, groups=32),
    conv(112, 112, 96, 96, 3, groups=96), conv(56, 56, 144, 144, 3, stride=2, groups=144),
]
