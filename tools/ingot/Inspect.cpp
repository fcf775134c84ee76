//===-- Inspect.cpp - ingot inspect: what a model consists of -----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "frontend/onnx/Check.h"
#include "frontend/onnx/ElementType.h"
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Commands.h"
#include "tools/ingot/Compilation.h"
#include "tools/ingot/Flops.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <numeric>

using namespace llvm;

namespace ingot::tool {
namespace {

using onnx::GraphProto;
using onnx::ModelProto;

/// What a model's graphs hold, nested ones and functions included.
struct Contents {
  std::map<std::string, uint64_t> operators;
  uint64_t nodes = 0, parameters = 0;
};

void countNodes(const google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes, Contents &contents);

/// Constants of int64 are shapes, axes and indices, not parameters.
void countParameters(const onnx::TensorProto &tensor, Contents &contents) {
  if (tensor.data_type() != onnx::TensorProto::INT64)
    contents.parameters +=
        std::accumulate(tensor.dims().begin(), tensor.dims().end(), uint64_t(1), std::multiplies<>());
}

void countGraph(const GraphProto &graph, Contents &contents) {
  countNodes(graph.node(), contents);
  for (const onnx::TensorProto &tensor : graph.initializer())
    countParameters(tensor, contents);
}

void countNodes(const google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes, Contents &contents) {
  for (const onnx::NodeProto &node : nodes) {
    ++contents.nodes;
    StringRef domain = onnx::normalizeDomain(node.domain());
    ++contents.operators[(domain.empty() ? "" : domain.str() + ".") + node.op_type()];
    for (const onnx::AttributeProto &attribute : node.attribute()) {
      if (attribute.has_t())
        countParameters(attribute.t(), contents);
      if (attribute.has_g())
        countGraph(attribute.g(), contents);
      for (const GraphProto &graph : attribute.graphs())
        countGraph(graph, contents);
    }
  }
}

std::string formatShape(const onnx::TypeProto &type) {
  if (!type.has_tensor_type() || !type.tensor_type().has_shape())
    return "of unknown rank";
  std::string text;
  raw_string_ostream stream(text);
  stream << '[';
  interleaveComma(type.tensor_type().shape().dim(), stream, [&](const onnx::TensorShapeProto::Dimension &dim) {
    if (dim.has_dim_value())
      stream << dim.dim_value();
    else
      stream << (dim.dim_param().empty() ? "?" : dim.dim_param());
  });
  return text + ']';
}

void printValues(StringRef title, const std::vector<const onnx::ValueInfoProto *> &values) {
  outs() << '\n' << title << ":\n";
  size_t width = 0;
  for (const onnx::ValueInfoProto *value : values)
    width = std::max(width, value->name().size());
  for (const onnx::ValueInfoProto *value : values)
    outs() << "  " << left_justify(value->name(), unsigned(width)) << "  "
           << left_justify(onnx::typeName(value->type()), 4) << "  " << formatShape(value->type()) << '\n';
}

/// Inputs and outputs; an initializer that is listed as an input is none.
void printInterface(const GraphProto &graph) {
  StringSet<> initialized;
  for (const onnx::TensorProto &tensor : graph.initializer())
    initialized.insert(tensor.name());
  std::vector<const onnx::ValueInfoProto *> inputs, outputs;
  for (const onnx::ValueInfoProto &input : graph.input())
    if (!initialized.contains(input.name()))
      inputs.push_back(&input);
  for (const onnx::ValueInfoProto &output : graph.output())
    outputs.push_back(&output);
  printValues("inputs", inputs);
  printValues("outputs", outputs);
}

void printHead(const onnx::ModelFile &file) {
  const ModelProto &model = file.model();
  outs() << file.path() << ": ONNX, IR version " << model.ir_version();
  for (const onnx::OperatorSetIdProto &opset : model.opset_import()) {
    StringRef domain = onnx::normalizeDomain(opset.domain());
    outs() << ", " << (domain.empty() ? "opset" : domain) << ' ' << opset.version();
  }
  outs() << '\n';
}

void printContents(const Contents &contents) {
  std::vector<std::pair<std::string, uint64_t>> sorted(contents.operators.begin(), contents.operators.end());
  // By count; of equal ones by name.
  llvm::sort(sorted, [](const auto &a, const auto &b) {
    return std::pair(b.second, a.first) < std::pair(a.second, b.first);
  });
  outs() << "\noperators (" << contents.nodes << " nodes):\n";
  for (const auto &[op, count] : sorted)
    outs() << "  " << right_justify(std::to_string(count), 6) << "  " << op << '\n';
  outs() << "\nparameters: " << contents.parameters << '\n';
}

/// In units that fit: "1.23 G".
std::string formatLarge(double value) {
  const char *unit = "";
  for (const char *next : {"k", "M", "G", "T"}) {
    if (value < 1000)
      break;
    value /= 1000;
    unit = next;
  }
  std::string text;
  raw_string_ostream(text) << format(*unit ? "%.2f %s" : "%.0f%s", value, unit);
  return text;
}

void printFlops(mlir::ModuleOp module) {
  Flops flops = countFlops(module);
  bool dynamic = false;
  module.walk([&](mlir::Operation *op) {
    for (mlir::Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<mlir::RankedTensorType>(type))
        dynamic |= !tensor.hasStaticShape();
  });
  outs() << "FLOPs: " << formatLarge(flops.total()) << ", " << formatLarge(flops.products) << " of them multiply-adds";
  outs() << (dynamic ? " with 1 for each dynamic dimension (--shape sets them)\n" : "\n");
}

void printModel(const onnx::ModelFile &file) {
  printHead(file);
  printInterface(file.model().graph());
  Contents contents;
  countGraph(file.model().graph(), contents);
  for (const onnx::FunctionProto &function : file.model().functions())
    countNodes(function.node(), contents);
  printContents(contents);
}

/// What stands in the way of compiling, a line each.
std::string findProblems(Compilation &compilation) {
  // Normalized, static shapes that the model computes are known.
  Error error = compilation.import();
  if (!error)
    error = compilation.runTo(Phase::Normalize);
  if (error)
    return toString(std::move(error));
  printFlops(compilation.module());
  // Beyond this phase nothing depends on which operators the model uses.
  return toString(compilation.runTo(Phase::Lower));
}

int inspect(const CompileOptions &options) {
  if (Expected<StringMap<int64_t>> extents = options.model.extents(); !extents)
    return complain(extents.takeError(), kUsage);
  Compilation compilation(options);
  if (Error error = compilation.open())
    return complain(std::move(error));
  printModel(compilation.file());
  std::string problems = findProblems(compilation);
  if (problems.empty()) {
    outs() << "\nEverything in this model is supported.\n";
    return kSuccess;
  }
  SmallVector<StringRef> lines;
  StringRef(problems).split(lines, '\n', -1, /*KeepEmpty=*/false);
  outs() << "\nproblems (" << lines.size() << "):\n";
  for (StringRef line : lines) {
    line.consume_front(options.model.model + ": ");
    outs() << "  " << line << '\n';
  }
  return kFailure;
}

} // namespace

int inspectCommand(Arguments arguments) {
  CompileOptions options;
  CommandLine line("inspect", "MODEL [options]",
                   "Shows a model's inputs, outputs, operators, parameters and arithmetic, and everything in it that\n"
                   "is not supported; fails if there is such.");
  options.model.declare(line);
  if (std::optional<int> status = line.parse(arguments))
    return *status;
  return inspect(options);
}

} // namespace ingot::tool
