# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutional networks, batch normalizations as nodes of their own, as a training framework exports them."""
import math

import numpy as np

from zoo.graph import Graph


def image(graph, batch, channels, size, dynamic):
    feed = graph.random.standard_normal((batch, channels, size, size), dtype=np.float32)
    return graph.input("input", ["batch" if dynamic else batch, channels, size, size], feed)


def convolution(graph, value, name, channels, kernel, stride=1, groups=1, pad=None, gain=2.0, bias=False):
    """`channels` are those before and after. The gain keeps the variance: 2 after a rectifier, 1 elsewhere."""
    before, after = channels
    fan = before // groups * kernel * kernel
    inputs = [value, graph.normal(f"{name}.weight", (after, before // groups, kernel, kernel), math.sqrt(gain / fan))]
    if bias:
        inputs.append(graph.uniform(f"{name}.bias", after, -0.1, 0.1))
    pad = kernel // 2 if pad is None else pad
    return graph.op("Conv", *inputs, dilations=[1, 1], group=groups, kernel_shape=[kernel, kernel], pads=[pad] * 4,
                    strides=[stride, stride])


def batch_norm(graph, value, name, channels, gamma=1.0):
    return graph.op("BatchNormalization", value,
                    graph.uniform(f"{name}.weight", channels, 0.7 * gamma, 1.3 * gamma),
                    graph.uniform(f"{name}.bias", channels, -0.2, 0.2),
                    graph.uniform(f"{name}.running_mean", channels, -0.2, 0.2),
                    graph.uniform(f"{name}.running_var", channels, 0.7, 1.3), epsilon=1e-5, momentum=0.9)


def linear(graph, value, name, before, after, gain=2.0):
    return graph.op("Gemm", value, graph.normal(f"{name}.weight", (after, before), math.sqrt(gain / before)),
                    graph.uniform(f"{name}.bias", after, -0.1, 0.1), alpha=1.0, beta=1.0, transB=1)


def resnet50(batch=1, dynamic=False):
    graph = Graph("resnet50", opset=17)
    value = image(graph, batch, 3, 224, dynamic)
    value = convolution(graph, value, "conv1", (3, 64), 7, stride=2)
    value = graph.op("Relu", batch_norm(graph, value, "bn1", 64))
    value = graph.op("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4, ceil_mode=0)
    channels = 64
    for stage, (width, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], start=1):
        for block in range(blocks):
            stride = 2 if stage > 1 and block == 0 else 1
            value = bottleneck(graph, value, f"layer{stage}.{block}", channels, width, stride)
            channels = 4 * width
    value = graph.op("Flatten", graph.op("GlobalAveragePool", value), axis=1)
    graph.output(linear(graph, value, "fc", 2048, 1000), "output", ["batch" if dynamic else batch, 1000])
    return graph


def bottleneck(graph, value, name, channels, width, stride):
    inner = convolution(graph, value, f"{name}.conv1", (channels, width), 1)
    inner = graph.op("Relu", batch_norm(graph, inner, f"{name}.bn1", width))
    inner = convolution(graph, inner, f"{name}.conv2", (width, width), 3, stride=stride)
    inner = graph.op("Relu", batch_norm(graph, inner, f"{name}.bn2", width))
    inner = convolution(graph, inner, f"{name}.conv3", (width, 4 * width), 1)
    inner = batch_norm(graph, inner, f"{name}.bn3", 4 * width, gamma=0.4)
    if channels != 4 * width:
        value = convolution(graph, value, f"{name}.downsample.0", (channels, 4 * width), 1, stride=stride)
        value = batch_norm(graph, value, f"{name}.downsample.1", 4 * width, gamma=0.7)
    return graph.op("Relu", graph.op("Add", inner, value))


def mobilenetv2(batch=1, dynamic=False):
    graph = Graph("mobilenetv2", opset=13)
    value = image(graph, batch, 3, 224, dynamic)
    value = rectified(graph, value, "features.0", (3, 32), 3, stride=2, gain=1.0)
    channels, index = 32, 1
    for expand, width, blocks, first in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                         (6, 160, 3, 2), (6, 320, 1, 1)]:
        for block in range(blocks):
            value = inverted_residual(graph, value, f"features.{index}", (channels, width), expand,
                                      first if block == 0 else 1)
            channels, index = width, index + 1
    value = rectified(graph, value, f"features.{index}", (320, 1280), 1, gain=1.0)
    value = graph.op("Flatten", graph.op("GlobalAveragePool", value), axis=1)
    graph.output(linear(graph, value, "classifier.1", 1280, 1000), "output", ["batch" if dynamic else batch, 1000])
    return graph


def rectified(graph, value, name, channels, kernel, stride=1, groups=1, gain=2.0):
    value = convolution(graph, value, f"{name}.0", channels, kernel, stride, groups, gain=gain)
    value = batch_norm(graph, value, f"{name}.1", channels[1])
    return graph.op("Clip", value, graph.constant(0.0), graph.constant(6.0))


def inverted_residual(graph, value, name, channels, expand, stride):
    before, after = channels
    wide = before * expand
    inner = rectified(graph, value, f"{name}.conv.0", (before, wide), 1, gain=1.0) if expand > 1 else value
    inner = rectified(graph, inner, f"{name}.conv.1", (wide, wide), 3, stride, groups=wide)
    inner = convolution(graph, inner, f"{name}.conv.2", (wide, after), 1)
    inner = batch_norm(graph, inner, f"{name}.conv.3", after, gamma=0.6)
    return graph.op("Add", value, inner) if stride == 1 and before == after else inner


def cnn(batch=1, dynamic=False):
    graph = Graph("cnn", opset=17)
    value = image(graph, batch, 1, 28, dynamic)
    value = graph.op("Relu", convolution(graph, value, "conv1", (1, 32), 3, pad=0, gain=1.0, bias=True))
    value = graph.op("Relu", convolution(graph, value, "conv2", (32, 64), 3, pad=0, bias=True))
    value = graph.op("MaxPool", value, kernel_shape=[2, 2], strides=[2, 2], pads=[0] * 4, ceil_mode=0)
    value = graph.op("Flatten", value, axis=1)
    value = graph.op("Relu", linear(graph, value, "fc1", 9216, 128))
    graph.output(linear(graph, value, "fc2", 128, 10), "output", ["batch" if dynamic else batch, 10])
    return graph


def mlp(batch=1, dynamic=False):
    graph = Graph("mlp", opset=17)
    rows = "batch" if dynamic else batch
    value = graph.input("input", [rows, 784], graph.random.standard_normal((batch, 784), dtype=np.float32))
    value = graph.op("Relu", linear(graph, value, "fc1", 784, 512))
    value = graph.op("Relu", linear(graph, value, "fc2", 512, 512))
    graph.output(linear(graph, value, "fc3", 512, 10), "output", [rows, 10])
    return graph
