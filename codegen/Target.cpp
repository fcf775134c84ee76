//===-- Target.cpp - the processor to compile for ------------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Target.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace llvm;

namespace ingot {

static constexpr StringLiteral x86Triple = "x86_64-unknown-linux-gnu";
static constexpr StringLiteral armTriple = "aarch64-unknown-linux-gnu";

static void initializeTargets() {
  static const bool once = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    return true;
  }();
  (void)once;
}

static const llvm::Target &lookUp(const Triple &triple) {
  initializeTargets();
  std::string error;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, error);
  assert(target && "the targets we offer are all linked in");
  return *target;
}

static std::unique_ptr<MCSubtargetInfo> createSubtarget(const Triple &triple, StringRef cpu, StringRef features) {
  return std::unique_ptr<MCSubtargetInfo>(lookUp(triple).createMCSubtargetInfo(triple, cpu, features));
}

static Triple getHostTriple() {
  Triple host(sys::getProcessTriple());
  return Triple(host.isAArch64() ? armTriple : x86Triple);
}

static Target getNativeTarget() {
  SubtargetFeatures features;
  StringMap<bool> found = sys::getHostCPUFeatures();
  SmallVector<StringRef> names(found.keys());
  llvm::sort(names); // the map's order is no order
  for (StringRef name : names)
    features.AddFeature(name, found[name]);
  std::string cpu = sys::getHostCPUName().str();
  return {cpu, getHostTriple(), cpu, features.getString(), {}};
}

Expected<Target> resolveTarget(StringRef name) {
  if (name.empty() || name == "native")
    return getNativeTarget();
  if (name == "aarch64")
    return Target{name.str(), Triple(armTriple), "generic", "", {}};
  if (name == "portable") {
    auto level = [](const char *cpu) { return Target{cpu, Triple(x86Triple), cpu, "", {}}; };
    return Target{name.str(), Triple(x86Triple), "x86-64-v2", "",
                  {level("x86-64-v4"), level("x86-64-v3"), level("x86-64-v2")}};
  }
  for (StringRef triple : {x86Triple, armTriple})
    if (createSubtarget(Triple(triple), "", "")->isCPUStringValid(name))
      return Target{name.str(), Triple(triple), name.str(), "", {}};
  return createStringError("unknown target '" + name + "': expected native, portable, x86-64, x86-64-v2, x86-64-v3, "
                           "x86-64-v4, aarch64 or the name of a CPU");
}

bool Target::isNative() const { return triple.getArch() == getHostTriple().getArch(); }

std::unique_ptr<TargetMachine> createTargetMachine(const Target &target, int optimization) {
  TargetOptions options;
  options.FunctionSections = options.DataSections = true; // what a model does not use, the linker drops
  auto level = optimization == 0 ? CodeGenOptLevel::None : CodeGenOptLevel::Default;
  return std::unique_ptr<TargetMachine>(lookUp(target.triple)
                                            .createTargetMachine(target.triple, target.cpu, target.features, options,
                                                                 Reloc::PIC_, CodeModel::Small, level));
}

tile::TargetAttr describeTarget(const Target &target, mlir::MLIRContext *context) {
  context->loadDialect<tile::TileDialect>();
  auto subtarget = createSubtarget(target.triple, target.cpu, target.features);
  auto has = [&](StringRef feature) { return subtarget->checkFeatures(feature.str()); };
  if (!target.triple.isX86())
    return tile::TargetAttr::get(context, /*vector_bits=*/128, /*registers=*/32, /*masks=*/false, /*dot_i8=*/false,
                                 /*dot_bf16=*/false, /*permute_i8=*/false, /*convert_f16=*/true,
                                 /*convert_bf16=*/has("+bf16"), /*amx_bf16=*/false,
                                 /*l1=*/32 << 10, /*l2=*/512 << 10);
  bool wide = has("+avx512f,+avx512bw,+avx512dq,+avx512vl");
  int64_t bits = wide ? 512 : has("+avx2,+fma") ? 256 : 128;
  bool bf16 = wide && has("+avx512bf16");
  return tile::TargetAttr::get(context, bits, wide ? 32 : 16, wide, wide && has("+avx512vnni"), /*dot_bf16=*/bf16,
                               /*permute_i8=*/wide && has("+avx512vbmi"), /*convert_f16=*/has("+f16c"),
                               /*convert_bf16=*/bf16, /*amx_bf16=*/wide && has("+amx-bf16,+amx-tile"),
                               /*l1=*/32 << 10, /*l2=*/has("+amx-tile") ? 2 << 20 : wide ? 1 << 20 : 512 << 10);
}

tile::TargetAttr withoutVectors(tile::TargetAttr target) {
  return tile::TargetAttr::get(target.getContext(), /*vector_bits=*/0, target.getRegisters(), /*masks=*/false,
                               /*dot_i8=*/false, /*dot_bf16=*/false, /*permute_i8=*/false, /*convert_f16=*/false,
                               /*convert_bf16=*/false, /*amx_bf16=*/false, target.getL1(), target.getL2());
}

} // namespace ingot
