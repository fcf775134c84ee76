//===-- Header.cpp - the C header of a compiled model --------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Header.h"

#include "codegen/EntryPoints.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace ingot {

/// The text of runtime/abi/ingot_abi.h: the generated header carries it along.
static constexpr char abiText[] =
#include "codegen/AbiText.inc"
    ;

namespace {

struct DtypeNames {
  StringRef constant, c, display;
};

} // namespace

static DtypeNames getNames(ingot_dtype dtype) {
  switch (dtype) {
  case INGOT_F32: return {"INGOT_F32", "float", "f32"};
  case INGOT_U8: return {"INGOT_U8", "uint8_t", "u8"};
  case INGOT_I8: return {"INGOT_I8", "int8_t", "i8"};
  case INGOT_U16: return {"INGOT_U16", "uint16_t", "u16"};
  case INGOT_I16: return {"INGOT_I16", "int16_t", "i16"};
  case INGOT_I32: return {"INGOT_I32", "int32_t", "i32"};
  case INGOT_I64: return {"INGOT_I64", "int64_t", "i64"};
  case INGOT_BOOL: return {"INGOT_BOOL", "uint8_t", "bool (one byte, 0 or 1)"};
  case INGOT_F16: return {"INGOT_F16", "uint16_t", "f16 (its bits)"};
  case INGOT_F64: return {"INGOT_F64", "double", "f64"};
  case INGOT_U32: return {"INGOT_U32", "uint32_t", "u32"};
  case INGOT_U64: return {"INGOT_U64", "uint64_t", "u64"};
  case INGOT_BF16: return {"INGOT_BF16", "uint16_t", "bf16 (its bits)"};
  }
  llvm_unreachable("all cases return");
}

/// A text that cannot end the comment it stands in.
static std::string inComment(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '/' && !result.empty() && result.back() == '*')
      result += ' ';
    result += isPrint(c) ? c : '?';
  }
  return result;
}

/// A C string literal.
static std::string quote(StringRef text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (isPrint(c))
      result += c;
    else
      result += {'\\', char('0' + c / 64), char('0' + c / 8 % 8), char('0' + c % 8)};
  }
  return result + "\"";
}

static std::string describeShape(const TensorInfo &info) {
  std::string shape = "[";
  for (auto [dim, size] : enumerate(info.dims)) {
    shape += dim ? ", " : "";
    const std::string &name = info.dimNames[dim];
    shape += size >= 0 ? std::to_string(size) : name.empty() ? "?" : name;
  }
  return shape + "]";
}

namespace {

class HeaderWriter {
public:
  HeaderWriter(const ModelInterface &model, raw_ostream &out)
      : model(model), out(out), macro(StringRef(model.prefix).upper()) {}

  void write();

private:
  void writeTensors(StringRef kind, ArrayRef<TensorInfo> tensors);
  void writeTensor(StringRef kind, size_t index, const TensorInfo &info);
  void writeFunctions();
  std::string declare(const Parameter &parameter);

  const ModelInterface &model;
  raw_ostream &out;
  std::string macro;
};

} // namespace

void HeaderWriter::writeTensor(StringRef kind, size_t index, const TensorInfo &info) {
  std::string prefix = macro + "_" + kind.str() + std::to_string(index);
  DtypeNames names = getNames(info.dtype);
  out << "\n/* " << kind.lower() << " " << index << " \"" << inComment(info.name) << "\": " << names.display << " "
      << inComment(describeShape(info)) << " */\n";
  out << "#define " << prefix << "_NAME " << quote(info.name) << "\n";
  out << "#define " << prefix << "_DTYPE " << names.constant << "\n";
  out << "#define " << prefix << "_RANK " << info.dims.size() << "\n";
  out << "#define " << prefix << "_DIMS {";
  interleaveComma(info.dims, out);
  out << (info.dims.empty() ? "0}\n" : "}\n");
  if (!info.isStatic())
    return;
  int64_t elements = 1;
  for (int64_t dim : info.dims)
    elements *= dim;
  out << "#define " << prefix << "_ELEMENTS " << elements << "\n";
}

void HeaderWriter::writeTensors(StringRef kind, ArrayRef<TensorInfo> tensors) {
  out << "\n#define " << macro << "_" << kind << "S " << tensors.size() << "\n";
  for (auto [index, info] : enumerate(tensors))
    writeTensor(kind, index, info);
}

std::string HeaderWriter::declare(const Parameter &parameter) {
  switch (parameter.kind) {
  case Parameter::Input:
    return ("const " + getNames(model.inputs[parameter.tensor].dtype).c + " *" + parameter.name).str();
  case Parameter::Output:
    return (getNames(model.outputs[parameter.tensor].dtype).c + " *" + parameter.name).str();
  case Parameter::Dim: return "int64_t " + parameter.name;
  case Parameter::Capacity: return "uint64_t " + parameter.name;
  case Parameter::Dims:
    return "int64_t " + parameter.name + "[" +
           std::to_string(std::max<size_t>(1, model.outputs[parameter.tensor].dims.size())) + "]";
  }
  llvm_unreachable("all cases return");
}

void HeaderWriter::writeFunctions() {
  const std::string &p = model.prefix;
  out << "\n/* The model's description; what the runtime's C API (ingot.h) takes. */\n"
      << "extern const ingot_model " << p << "_model;\n\n"
      << "/* Runs the model on tensors: " << macro << "_INPUTS inputs and " << macro
      << "_OUTPUTS outputs, in the order above.\n"
      << " * An output whose data is NULL is given memory, valid until the next run; one with data and bytes is\n"
      << " * filled where it is. Returns 0, or what is not 0 on an error. Calls from several threads take turns. */\n"
      << "int " << p << "_run(const ingot_tensor *inputs, ingot_tensor *outputs);\n\n"
      << "/* The same on plain arrays. The size of a dynamic dimension follows the first input that has it; of an\n"
      << " * output whose size only the run tells, give its room in elements, and get its dims. */\n"
      << "int " << p << "_infer(";
  std::string indent = ",\n" + std::string(p.size() + 11, ' ');
  ListSeparator separator(indent);
  std::vector<Parameter> parameters = getParameters(model);
  for (const Parameter &parameter : parameters)
    out << separator << declare(parameter);
  out << (parameters.empty() ? "void" : "") << ");\n\n"
      << "/* What the last failed call of this thread complained about. */\n"
      << "const char *" << p << "_error(void);\n";
}

void HeaderWriter::write() {
  std::string guard = "INGOT_MODEL_" + macro + "_H";
  out << "/* The model '" << inComment(model.name) << "', compiled by Ingot. Generated: do not edit.\n"
      << " * Link with the artifact that was written beside this file";
  out << "; a .o also needs -lingot_rt -lm -lpthread. */\n"
      << "#ifndef " << guard << "\n#define " << guard << "\n\n"
      << "/* ---- The types that all compiled models share ---- */\n\n"
      << abiText << "\n/* ---- This model ---- */\n\n"
      << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
  writeTensors("INPUT", model.inputs);
  writeTensors("OUTPUT", model.outputs);
  writeFunctions();
  out << "\n#ifdef __cplusplus\n}\n#endif\n#endif /* " << guard << " */\n";
}

void writeHeader(const ModelInterface &model, raw_ostream &out) { HeaderWriter(model, out).write(); }

} // namespace ingot
