//===-- Artifact.cpp - the files that a compilation produces -------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Artifact.h"

#include "codegen/EmitObject.h"
#include "codegen/HashingStream.h"
#include "codegen/Header.h"
#include "codegen/Link.h"
#include "codegen/ModelSymbols.h"
#include "codegen/OutputFiles.h"
#include "codegen/Variants.h"
#include "codegen/WeightsObject.h"

#include "mlir/Support/Timing.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/Path.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using llvm::Error;

namespace ingot {

ArtifactKind getArtifactKind(StringRef path) {
  return llvm::StringSwitch<ArtifactKind>(llvm::sys::path::extension(path))
      .Case(".so", ArtifactKind::SharedLibrary)
      .Case(".o", ArtifactKind::Object)
      .Case(".s", ArtifactKind::Assembly)
      .Case(".ll", ArtifactKind::LlvmIr)
      .Default(ArtifactKind::Executable);
}

namespace {

/// One module's way from the LLVM dialect to files.
class ArtifactWriter {
public:
  /// One module for each of the target's variants.
  ArtifactWriter(ArrayRef<ModuleOp> modules, StringRef path, ArtifactKind kind, const PipelineOptions &options)
      : modules(modules), path(path), kind(kind), options(options), weights(modules) {}

  Error write();

private:
  bool isText() const { return kind == ArtifactKind::Assembly || kind == ArtifactKind::LlvmIr; }
  bool hasHeader() const { return kind == ArtifactKind::SharedLibrary || kind == ArtifactKind::Object; }
  void startTiming(Phase phase) {
    if (options.timing)
      timing = options.timing->nest(getName(phase));
  }
  Error writeWeightsFile();
  Error readInterface();
  Error translate(ModuleOp module, const Target &target, std::unique_ptr<llvm::Module> &result);
  Error addVariant(ModuleOp module, const Target &variant);
  Error generateCode();
  Error writeText(llvm::raw_pwrite_stream &out);
  Error writeObject(StringRef file);
  Error writeBinary();
  Error linkTo(StringRef file);

  ArrayRef<ModuleOp> modules;
  StringRef path;
  ArtifactKind kind;
  const PipelineOptions &options;
  OutputFiles files;
  ModelInterface model;
  WeightsObject weights;
  WeightsInfo weightsInfo;
  std::unique_ptr<llvm::TargetMachine> machine;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code;
  TimingScope timing;
};

} // namespace

Error ArtifactWriter::writeWeightsFile() {
  weightsInfo.bytes = weights.getBytes();
  if (!options.externalWeights || weightsInfo.bytes == 0 || path == "-")
    return Error::success();
  std::string file = (path + ".weights").str();
  weightsInfo.file = llvm::sys::path::filename(file).str();
  return files.write(file, [&](llvm::raw_pwrite_stream &out) {
    out.SetBufferSize(hugePageBytes);
    HashingStream hashing(out);
    Error error = weights.write(hashing);
    weightsInfo.hash = hashing.getHash();
    return error;
  });
}

Error ArtifactWriter::readInterface() {
  FailureOr<ModelInterface> interface = ModelInterface::read(modules.front(), options.prefix);
  if (failed(interface))
    return llvm::createStringError("the module has no entry point");
  model = std::move(*interface);
  for (ModuleOp module : modules)
    for (auto weight : llvm::make_early_inc_range(module.getOps<rt::WeightDataOp>()))
      weight.erase();
  return Error::success();
}

Error ArtifactWriter::translate(ModuleOp module, const Target &target, std::unique_ptr<llvm::Module> &result) {
  machine = createTargetMachine(target);
  result = translateToLLVM(module, context, *machine);
  return result ? Error::success() : llvm::createStringError("the module cannot be translated to LLVM IR");
}

static llvm::Function &findRun(ModuleOp module, llvm::Module &code) {
  return *code.getFunction(module->getAttrOfType<FlatSymbolRefAttr>(rt::runAttr).getValue());
}

/// Optimizes a variant by itself, as its processor wants it, before it meets the others.
Error ArtifactWriter::addVariant(ModuleOp module, const Target &variant) {
  std::unique_ptr<llvm::Module> own;
  if (Error error = translate(module, variant, own))
    return error;
  llvm::Function &run = findRun(module, *own);
  run.setName(getRunName(variant));
  run.setLinkage(llvm::GlobalValue::ExternalLinkage);
  optimize(*own, *machine);
  std::string name = run.getName().str();
  bool failed = llvm::Linker::linkModules(*code, std::move(own));
  assert(!failed && "all other symbols are internal");
  (void)failed;
  code->getFunction(name)->setVisibility(llvm::GlobalValue::DefaultVisibility);
  code->getFunction(name)->setLinkage(llvm::GlobalValue::InternalLinkage);
  return Error::success();
}

Error ArtifactWriter::generateCode() {
  if (Error error = readInterface())
    return error;
  const Target &target = options.target;
  if (target.variants.empty()) {
    if (Error error = translate(modules.front(), target, code))
      return error;
    addModelSymbols(*code, findRun(modules.front(), *code), model, weightsInfo, target.name, options.threads);
    optimize(*code, *machine);
    return Error::success();
  }
  machine = createTargetMachine(target);
  code = std::make_unique<llvm::Module>("model", context);
  prepare(*code, *machine);
  addModelSymbols(*code, *addDispatch(*code, target), model, weightsInfo, target.name, options.threads);
  optimize(*code, *machine);
  for (auto [module, variant] : llvm::zip_equal(modules, target.variants))
    if (Error error = addVariant(module, variant))
      return error;
  machine = createTargetMachine(target); // functions have their own processors' attributes
  return Error::success();
}

Error ArtifactWriter::writeText(llvm::raw_pwrite_stream &out) {
  if (kind == ArtifactKind::LlvmIr)
    out << *code;
  else
    emitCode(*code, *machine, CodeFormat::Assembly, out);
  return Error::success();
}

Error ArtifactWriter::writeObject(StringRef file) {
  std::error_code error;
  llvm::raw_fd_ostream out(file, error);
  if (!error) {
    emitCode(*code, *machine, CodeFormat::Object, out);
    out.close();
    error = out.error();
    out.clear_error();
  }
  return error ? llvm::createStringError(error, "cannot write '" + file + "': " + error.message()) : Error::success();
}

Error ArtifactWriter::linkTo(StringRef file) {
  llvm::Expected<std::string> object = files.addTemporary("model.o");
  if (!object)
    return object.takeError();
  if (Error error = writeObject(*object))
    return error;
  code.reset(); // its memory is better spent on the linker
  startTiming(Phase::Link);
  std::string soname = kind == ArtifactKind::SharedLibrary ? llvm::sys::path::filename(path).str() : "";
  LinkJob job{*object, path.str(), file.str(), soname, model.prefix, options.runtimeDir, weights.isHuge()};
  return link(job, options.target, files);
}

Error ArtifactWriter::writeBinary() {
  llvm::Expected<std::string> file = files.add(path);
  if (!file)
    return file.takeError();
  if (Error error = kind == ArtifactKind::Object ? writeObject(*file) : linkTo(*file))
    return error;
  if (!weightsInfo.file.empty() || weightsInfo.bytes == 0)
    return Error::success();
  if (Error error = weights.writeIntoElf(*file))
    return llvm::createStringError("cannot write '" + path + "': " + llvm::toString(std::move(error)));
  return Error::success();
}

Error ArtifactWriter::write() {
  startTiming(Phase::Object);
  // What can go wrong with the files, goes wrong before the long work.
  if (Error error = writeWeightsFile())
    return error;
  if (Error error = generateCode())
    return error;
  if (isText() && path == "-") {
    llvm::SmallVector<char, 0> text;
    llvm::raw_svector_ostream out(text);
    Error error = writeText(out);
    llvm::outs() << out.str();
    return error;
  }
  if (isText()) {
    if (Error error = files.write(path, [&](llvm::raw_pwrite_stream &out) { return writeText(out); }))
      return error;
    return files.commit();
  }
  if (Error error = writeBinary())
    return error;
  if (hasHeader()) {
    SmallString<128> header(path);
    llvm::sys::path::replace_extension(header, "h");
    auto writer = [&](llvm::raw_pwrite_stream &out) {
      writeHeader(model, out);
      return Error::success();
    };
    if (Error error = files.write(header, writer))
      return error;
  }
  return files.commit();
}

LogicalResult writeArtifact(ModuleOp module, Phase done, StringRef path, ArtifactKind kind,
                            const PipelineOptions &options) {
  std::vector<OwningOpRef<ModuleOp>> variants;
  SmallVector<ModuleOp> modules = {module};
  if (!options.target.variants.empty()) {
    auto lowered = lowerVariants(module, done, options);
    if (failed(lowered))
      return failure();
    variants = std::move(*lowered);
    modules.assign(variants.size(), nullptr);
    llvm::transform(variants, modules.begin(), [](OwningOpRef<ModuleOp> &variant) { return *variant; });
  } else if (failed(runPhases(module, done, Phase::Llvm, options))) {
    return failure();
  }
  if (Error error = ArtifactWriter(modules, path, kind, options).write())
    return emitError(UnknownLoc::get(module.getContext()), llvm::toString(std::move(error)));
  return success();
}

} // namespace ingot
