# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Encoders, a decoder and a recurrent network; each spells attention, normalization and gelu as another exporter
does."""
import math

import numpy as np

from zoo.graph import Graph


class Text:
    """What the transformers share: extents that may be dynamic, tokens, the width of a model and of a head."""

    def __init__(self, graph, batch, length, hidden, heads, dynamic):
        self.graph, self.hidden, self.heads, self.head = graph, hidden, heads, hidden // heads
        self.fixed = (batch, length)
        self.dims = ("batch", "sequence") if dynamic else self.fixed
        self.extents = self.fixed
        self.dynamic = dynamic

    def tokens(self, vocabulary):
        ids = self.graph.random.integers(0, vocabulary, self.fixed)
        name = self.graph.input("input_ids", list(self.dims), ids)
        if self.dynamic:
            self.extents = (self.graph.extent(name, 0), self.graph.extent(name, 1))
        return name

    def mask(self):
        """attention_mask, the last tokens padding, as a bias of the scores."""
        ones = np.ones(self.fixed, np.int64)
        ones[:, -3:] = 0
        graph = self.graph
        value = graph.op("Unsqueeze", graph.input("attention_mask", list(self.dims), ones), graph.ints(1, 2))
        value = graph.op("Sub", graph.constant(1.0), graph.op("Cast", value, to=1))
        return graph.op("Mul", value, graph.constant(np.finfo(np.float32).min))

    def split_heads(self, value, order=(0, 2, 1, 3)):
        value = self.graph.reshape(value, [*self.extents, self.heads, self.head])
        return self.graph.op("Transpose", value, perm=list(order))

    def merge_heads(self, value):
        value = self.graph.op("Transpose", value, perm=[0, 2, 1, 3])
        return self.graph.reshape(value, [*self.extents, self.hidden])


def embedding(graph, ids, name, rows, hidden):
    return graph.op("Gather", graph.normal(f"{name}.weight", (rows, hidden), 0.02), ids)


def dense(graph, value, name, before, after, deviation=0.02):
    """MatMul and Add, the bias first, as exporters write a linear layer of three-dimensional input."""
    product = graph.op("MatMul", value, graph.normal(f"{name}.weight", (before, after), deviation))
    return graph.op("Add", graph.uniform(f"{name}.bias", after, -0.1, 0.1), product)


def scale_and_shift(graph, name, width):
    return graph.uniform(f"{name}.weight", width, 0.7, 1.3), graph.uniform(f"{name}.bias", width, -0.1, 0.1)


def layer_norm(graph, value, name, width, epsilon):
    return graph.op("LayerNormalization", value, *scale_and_shift(graph, name, width), axis=-1, epsilon=epsilon)


def layer_norm_decomposed(graph, value, name, width, epsilon):
    """As before opset 17."""
    weight, bias = scale_and_shift(graph, name, width)
    centred = graph.op("Sub", value, graph.op("ReduceMean", value, axes=[-1]))
    variance = graph.op("ReduceMean", graph.op("Pow", centred, graph.constant(2.0)), axes=[-1])
    deviation = graph.op("Sqrt", graph.op("Add", variance, graph.constant(epsilon)))
    return graph.op("Add", graph.op("Mul", graph.op("Div", centred, deviation), weight), bias)


def gelu_erf(graph, value):
    erf = graph.op("Erf", graph.op("Div", value, graph.constant(math.sqrt(2.0))))
    return graph.op("Mul", graph.op("Mul", value, graph.op("Add", erf, graph.constant(1.0))), graph.constant(0.5))


def gelu_tanh(graph, value):
    cubic = graph.op("Mul", graph.op("Pow", value, graph.constant(3.0)), graph.constant(0.044715))
    inner = graph.op("Mul", graph.op("Add", value, cubic), graph.constant(math.sqrt(2.0 / math.pi)))
    return graph.op("Mul", graph.op("Mul", value, graph.constant(0.5)),
                    graph.op("Add", graph.op("Tanh", inner), graph.constant(1.0)))


def bert(batch=1, length=128, dynamic=False):
    """BERT-base: opset 14, normalizations and gelu decomposed, scores divided."""
    graph = Graph("bert_base", opset=14)
    text = Text(graph, batch, length, 768, 12, dynamic)
    value = encoder_embedding(text, layer_norm_decomposed, 1e-12)
    bias = text.mask()
    for layer in range(12):
        name = f"encoder.layer.{layer}"
        query, key, content = (dense(graph, value, f"{name}.attention.self.{part}", 768, 768, 0.04)
                               for part in ("query", "key", "value"))
        scores = graph.op("MatMul", text.split_heads(query), text.split_heads(key, (0, 2, 3, 1)))
        scores = graph.op("Add", graph.op("Div", scores, graph.constant(8.0)), bias)
        mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), text.split_heads(content))
        mixed = dense(graph, text.merge_heads(mixed), f"{name}.attention.output.dense", 768, 768)
        value = layer_norm_decomposed(graph, graph.op("Add", mixed, value), f"{name}.attention.output.LayerNorm", 768,
                                      1e-12)
        inner = gelu_erf(graph, dense(graph, value, f"{name}.intermediate.dense", 768, 3072))
        inner = dense(graph, inner, f"{name}.output.dense", 3072, 768)
        value = layer_norm_decomposed(graph, graph.op("Add", inner, value), f"{name}.output.LayerNorm", 768, 1e-12)
    graph.output(value, "last_hidden_state", [*text.dims, 768])
    return graph


def encoder_embedding(text, norm, epsilon):
    graph, hidden = text.graph, text.hidden
    ids = text.tokens(30522)
    kinds = graph.input("token_type_ids", list(text.dims), np.zeros(text.fixed, np.int64))
    value = graph.op("Add", embedding(graph, ids, "embeddings.word_embeddings", 30522, hidden),
                     embedding(graph, kinds, "embeddings.token_type_embeddings", 2, hidden))
    places = graph.weight("embeddings.position_ids", np.arange(512, dtype=np.int64)[None])
    end = text.extents[1] if text.dynamic else graph.ints(text.fixed[1])
    places = graph.op("Slice", places, graph.ints(0), end, graph.ints(1))
    value = graph.op("Add", value, embedding(graph, places, "embeddings.position_embeddings", 512, hidden))
    return norm(graph, value, "embeddings.LayerNorm", hidden, epsilon)


def minilm(batch=1, length=128, dynamic=False):
    """Six layers of width 384: opset 20, LayerNormalization and Gelu as operators, query and key scaled."""
    graph = Graph("minilm", opset=20)
    text = Text(graph, batch, length, 384, 12, dynamic)
    value = encoder_embedding(text, layer_norm, 1e-12)
    bias = text.mask()
    root = math.sqrt(1.0 / math.sqrt(text.head))
    for layer in range(6):
        name = f"encoder.layer.{layer}"
        query, key, content = (dense(graph, value, f"{name}.attention.self.{part}", 384, 384, 0.06)
                               for part in ("query", "key", "value"))
        query = graph.op("Mul", text.split_heads(query), graph.constant(root))
        key = graph.op("Transpose", text.split_heads(key), perm=[0, 1, 3, 2])
        scores = graph.op("Add", graph.op("MatMul", query, graph.op("Mul", key, graph.constant(root))), bias)
        mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), text.split_heads(content))
        mixed = dense(graph, text.merge_heads(mixed), f"{name}.attention.output.dense", 384, 384)
        value = layer_norm(graph, graph.op("Add", mixed, value), f"{name}.attention.output.LayerNorm", 384, 1e-12)
        inner = graph.op("Gelu", dense(graph, value, f"{name}.intermediate.dense", 384, 1536))
        inner = dense(graph, inner, f"{name}.output.dense", 1536, 384)
        value = layer_norm(graph, graph.op("Add", inner, value), f"{name}.output.LayerNorm", 384, 1e-12)
    graph.output(value, "last_hidden_state", [*text.dims, 384])
    return graph


def gpt2(batch=1, length=64, dynamic=False):
    """GPT-2 124M, the logits of every token: Gemm between reshapes, one Split, a buffer's mask, the embedding tied."""
    graph = Graph("gpt2", opset=17)
    text = Text(graph, batch, length, 768, 12, dynamic)
    ids = text.tokens(50257)
    table = graph.normal("transformer.wte.weight", (50257, 768), 0.02)
    end = text.extents[1] if dynamic else graph.ints(length)
    places = graph.weight("transformer.position_ids", np.arange(1024, dtype=np.int64)[None])
    places = graph.op("Slice", places, graph.ints(0), end, graph.ints(1))
    value = graph.op("Add", graph.op("Gather", table, ids),
                     embedding(graph, places, "transformer.wpe", 1024, 768))
    causal = graph.weight("transformer.bias", np.tril(np.ones((1, 1, 1024, 1024), bool)))
    causal = graph.op("Slice", graph.op("Slice", causal, graph.ints(0), end, graph.ints(2)), graph.ints(0), end,
                      graph.ints(3))
    for layer in range(12):
        value = decoder_layer(text, value, causal, f"transformer.h.{layer}")
    value = layer_norm(graph, value, "transformer.ln_f", 768, 1e-5)
    logits = graph.op("MatMul", value, graph.op("Transpose", table, perm=[1, 0]))
    graph.output(logits, "logits", [*text.dims, 50257])
    return graph


def projection(text, value, name, before, after, deviation=0.02):
    graph = text.graph
    flat = graph.reshape(value, [-1, before])
    flat = graph.op("Gemm", flat, graph.normal(f"{name}.weight", (before, after), deviation),
                    graph.uniform(f"{name}.bias", after, -0.1, 0.1), alpha=1.0, beta=1.0)
    return graph.reshape(flat, [*text.extents, after])


def decoder_layer(text, value, causal, name):
    graph = text.graph
    qkv = projection(text, layer_norm(graph, value, f"{name}.ln_1", 768, 1e-5), f"{name}.attn.c_attn", 768, 2304, 0.04)
    query, key, content = graph.op("Split", qkv, graph.ints(768, 768, 768), outputs=3, axis=2)
    scores = graph.op("MatMul", text.split_heads(query), text.split_heads(key, (0, 2, 3, 1)))
    scores = graph.op("Div", scores, graph.constant(math.sqrt(text.head)))
    scores = graph.op("Where", causal, scores, graph.constant(np.finfo(np.float32).min))
    mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), text.split_heads(content))
    value = graph.op("Add", projection(text, text.merge_heads(mixed), f"{name}.attn.c_proj", 768, 768), value)
    inner = projection(text, layer_norm(graph, value, f"{name}.ln_2", 768, 1e-5), f"{name}.mlp.c_fc", 768, 3072)
    return graph.op("Add", value, projection(text, gelu_tanh(graph, inner), f"{name}.mlp.c_proj", 3072, 768))


def lstm(batch=1, length=100, dynamic=False):
    graph = Graph("lstm", opset=17)
    dims = [batch, "sequence" if dynamic else length, 256]
    value = graph.input("input", dims, graph.random.standard_normal((batch, length, 256), dtype=np.float32))
    value = graph.op("Transpose", value, perm=[1, 0, 2])
    bound = 1 / math.sqrt(512)
    for layer, width in enumerate((256, 512)):
        weights = [graph.uniform(f"lstm.{part}_l{layer}", shape, -bound, bound)
                   for part, shape in (("weight_ih", (1, 2048, width)), ("weight_hh", (1, 2048, 512)),
                                       ("bias", (1, 4096)))]
        states = [graph.weight(f"lstm.{part}_{layer}", np.zeros((1, batch, 512), np.float32)) for part in ("h", "c")]
        value = graph.op("LSTM", value, *weights, "", *states, outputs=3, hidden_size=512)[0]
        value = graph.op("Squeeze", value, graph.ints(1))
    value = graph.op("Transpose", value, perm=[1, 0, 2])
    graph.output(dense(graph, value, "linear", 512, 256, 0.04), "output", [*dims[:2], 256])
    return graph
