#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the example's classifier of handwritten digits with numpy alone and writes digits.onnx.

Two convolutions and one dense layer learn from drawn strokes, see strokes.py. Takes a minute; the result is
committed, so that nobody needs this to run the demo. Wants numpy and onnx (.venv has them).
"""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import strokes

HERE = pathlib.Path(__file__).resolve().parent
FEATURES = (8, 16)
EPOCHS, BATCH, SAMPLES = 14, 64, 24000


def windows(x):
    """The 3x3 neighbourhoods of [N, C, H, W] as [N, H, W, C * 9]."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return view.transpose(0, 2, 3, 1, 4, 5).reshape(len(x), *x.shape[2:], -1)


def scatter(gradient, shape):
    """The opposite of windows: adds each neighbourhood's gradient to its pixels."""
    n, c, h, w = shape
    padded = np.zeros((n, c, h + 2, w + 2), np.float32)
    parts = gradient.reshape(n, h, w, c, 3, 3)
    for i in range(3):
        for j in range(3):
            padded[:, :, i:i + h, j:j + w] += parts[..., i, j].transpose(0, 3, 1, 2)
    return padded[:, :, 1:-1, 1:-1]


class ConvReluPool:
    """A 3x3 convolution, ReLU, and the maximum of each 2x2 block."""

    def __init__(self, inputs, outputs, random):
        self.weight = random.normal(0, np.sqrt(2 / (9 * inputs)), (inputs * 9, outputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)

    def forward(self, x):
        self.shape, self.columns = x.shape, windows(x)
        y = np.maximum(self.columns @ self.weight + self.bias, 0)
        n, h, w, c = y.shape
        blocks = y.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 5, 2, 4).reshape(n, h // 2, w // 2, c, 4)
        self.chosen = blocks.argmax(-1)
        pooled = blocks.max(-1)
        self.active = pooled > 0
        return pooled.transpose(0, 3, 1, 2)

    def backward(self, gradient):
        gradient = gradient.transpose(0, 2, 3, 1) * self.active
        n, h, w, c = gradient.shape
        blocks = np.zeros((n, h, w, c, 4), np.float32)
        np.put_along_axis(blocks, self.chosen[..., None], gradient[..., None], -1)
        full = blocks.reshape(n, h, w, c, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(-1, c)
        self.gradients = [self.columns.reshape(len(full), -1).T @ full, full.sum(0)]
        return scatter(full @ self.weight.T, self.shape)


class Dense:
    def __init__(self, inputs, outputs, random):
        self.weight = random.normal(0, np.sqrt(1 / inputs), (inputs, outputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)

    def forward(self, x):
        self.shape, self.x = x.shape, x.reshape(len(x), -1)
        return self.x @ self.weight + self.bias

    def backward(self, gradient):
        self.gradients = [self.x.T @ gradient, gradient.sum(0)]
        return (gradient @ self.weight.T).reshape(self.shape)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class Adam:
    def __init__(self, layers):
        self.layers, self.step = layers, 0
        self.moments = [[(np.zeros_like(p), np.zeros_like(p)) for p in (layer.weight, layer.bias)] for layer in layers]

    def update(self, rate):
        self.step += 1
        for layer, moments in zip(self.layers, self.moments):
            for value, gradient, (mean, square) in zip((layer.weight, layer.bias), layer.gradients, moments):
                mean += .1 * (gradient - mean)
                square += .001 * (gradient * gradient - square)
                value -= rate * (mean / (1 - .9 ** self.step)) / (np.sqrt(square / (1 - .999 ** self.step)) + 1e-8)


def forward(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return softmax(x)


def train():
    random = np.random.default_rng(1)
    side = strokes.SIZE // 4
    layers = [ConvReluPool(1, FEATURES[0], random), ConvReluPool(*FEATURES, random),
              Dense(FEATURES[1] * side * side, 10, random)]
    adam = Adam(layers)
    images, digits = strokes.sample(SAMPLES, seed=2)
    test_images, test_digits = strokes.sample(2000, seed=3)
    for epoch in range(EPOCHS):
        order = random.permutation(SAMPLES)
        for at in range(0, SAMPLES, BATCH):
            chosen = order[at:at + BATCH]
            gradient = forward(layers, images[chosen])
            gradient[np.arange(len(chosen)), digits[chosen]] -= 1
            gradient = gradient / len(chosen)
            for layer in reversed(layers):
                gradient = layer.backward(gradient)
            adam.update(.003 * .5 * (1 + np.cos(np.pi * epoch / EPOCHS)))
        right = (forward(layers, test_images).argmax(1) == test_digits).mean()
        print(f"epoch {epoch + 1}: {right:.1%} of drawn digits right", flush=True)
    return layers


def export(layers, path):
    """ONNX's layouts: convolutions [outputs, inputs, 3, 3]."""
    weights = {}
    for index, layer in enumerate(layers[:2], 1):
        inputs = layer.weight.shape[0] // 9
        weights[f"conv{index}_weight"] = layer.weight.reshape(inputs, 3, 3, -1).transpose(3, 0, 1, 2)
        weights[f"conv{index}_bias"] = layer.bias
    weights["dense_weight"], weights["dense_bias"] = layers[2].weight, layers[2].bias
    nodes, value = [], "image"
    for i in (1, 2):
        nodes += [helper.make_node("Conv", [value, f"conv{i}_weight", f"conv{i}_bias"], [f"conv{i}"], f"conv{i}",
                                   kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
                  helper.make_node("Relu", [f"conv{i}"], [f"relu{i}"], f"relu{i}"),
                  helper.make_node("MaxPool", [f"relu{i}"], [f"pool{i}"], f"pool{i}", kernel_shape=[2, 2],
                                   strides=[2, 2])]
        value = f"pool{i}"
    nodes += [helper.make_node("Flatten", [value], ["flat"], "flatten"),
              helper.make_node("Gemm", ["flat", "dense_weight", "dense_bias"], ["scores"], "dense"),
              helper.make_node("Softmax", ["scores"], ["probabilities"], "softmax", axis=1)]
    graph = helper.make_graph(
        nodes, "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, strokes.SIZE, strokes.SIZE])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
                              producer_name="Ingot's examples/digits/train.py")
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def read_drawing(path):
    """A drawing in text, '#' ink, '+' half, as the model's input."""
    ink = {"#": 1, "+": .5}
    rows = path.read_text().splitlines()
    return np.array([[ink.get(c, 0) for c in row.ljust(strokes.SIZE)] for row in rows], np.float32)[None, None]


if __name__ == "__main__":
    export(train(), HERE / "digits.onnx")
    for drawing in HERE.glob("*.txt"):
        np.save(drawing.with_suffix(".npy"), read_drawing(drawing))
