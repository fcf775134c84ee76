//===-- Target.cpp - the processor to compile for ------------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Target.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

#include <unistd.h>

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

Caches readCaches() {
  auto read = [](int name) -> int64_t { return std::max(0L, sysconf(name)); };
  return {read(_SC_LEVEL1_DCACHE_SIZE), read(_SC_LEVEL2_CACHE_SIZE), read(_SC_LEVEL3_CACHE_SIZE)};
}

/// What virtual machines make up is no core's own cache, nor is one that several cores share.
static Caches dropUnlikely(Caches caches) {
  if (caches.l1 < 16 << 10 || caches.l1 > 256 << 10)
    caches.l1 = 0;
  if (caches.l2 < 128 << 10 || caches.l2 > 4 << 20)
    caches.l2 = 0;
  return caches;
}

/// Those of processors that have other caches than most with their vectors.
static Caches getCachesOf(StringRef cpu) {
  return StringSwitch<Caches>(cpu)
      .Cases({"sapphirerapids", "emeraldrapids", "graniterapids", "graniterapids-d", "diamondrapids"},
             {48 << 10, 2 << 20})
      .Cases({"icelake-server", "tigerlake", "alderlake", "raptorlake"}, {48 << 10, 1280 << 10})
      .Case("znver5", {48 << 10, 1 << 20})
      .Default({});
}

static Target getNativeTarget() {
  SubtargetFeatures features;
  StringMap<bool> found = sys::getHostCPUFeatures();
  SmallVector<StringRef> names(found.keys());
  llvm::sort(names); // the map's order is no order
  for (StringRef name : names)
    features.AddFeature(name, found[name]);
  std::string cpu = sys::getHostCPUName().str();
  return {cpu, getHostTriple(), cpu, features.getString(), {}, dropUnlikely(readCaches())};
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
      return Target{name.str(), Triple(triple), name.str(), "", {}, getCachesOf(name)};
  return createStringError("unknown target '" + name + "': expected native, portable, x86-64, x86-64-v2, x86-64-v3, "
                           "x86-64-v4, aarch64 or the name of a CPU");
}

bool Target::isNative() const { return triple.getArch() == getHostTriple().getArch(); }

std::unique_ptr<TargetMachine> createTargetMachine(const Target &target) {
  TargetOptions options;
  options.FunctionSections = options.DataSections = true; // what a model does not use, the linker drops
  return std::unique_ptr<TargetMachine>(
      lookUp(target.triple)
          .createTargetMachine(target.triple, target.cpu, target.features, options, Reloc::PIC_, CodeModel::Small));
}

/// Bytes a cycle of weights from beyond the second cache, of which `most` come from the third one. That is shared with
/// others: where 64 MiB were read as fast as 1 MiB, 256 MiB came at less than half that speed, from memory.
static int64_t getStream(int64_t most, int64_t weightBytes) {
  constexpr int64_t thirdCache = 128 << 20;
  return weightBytes > thirdCache ? most / 2 : most;
}

tile::TargetAttr describeTarget(const Target &target, mlir::MLIRContext *context, int64_t weightBytes) {
  context->loadDialect<tile::TileDialect>();
  auto subtarget = createSubtarget(target.triple, target.cpu, target.features);
  auto has = [&](StringRef feature) { return subtarget->checkFeatures(feature.str()); };
  auto known = [](int64_t bytes, int64_t usual) { return bytes ? bytes : usual; };
  int64_t l1 = known(target.caches.l1, 32 << 10);
  if (!target.triple.isX86())
    return tile::TargetAttr::get(context, /*vector_bits=*/128, /*registers=*/32, /*masks=*/false, /*dot_i8=*/false,
                                 /*dot_bf16=*/false, /*funnel_shift=*/false, /*convert_f16=*/true,
                                 /*convert_bf16=*/has("+bf16"), /*amx_bf16=*/false, l1,
                                 known(target.caches.l2, 512 << 10), getStream(16, weightBytes));
  bool wide = has("+avx512f,+avx512bw,+avx512dq,+avx512vl");
  int64_t bits = wide ? 512 : has("+avx2,+fma") ? 256 : 128;
  bool bf16 = wide && has("+avx512bf16");
  // The servers with AMX have the slow third cache of many cores: 30 GB/s at 3.8 GHz.
  int64_t stream = getStream(has("+amx-tile") ? 8 : 16, weightBytes);
  return tile::TargetAttr::get(context, bits, wide ? 32 : 16, wide, wide && has("+avx512vnni"), /*dot_bf16=*/bf16,
                               /*funnel_shift=*/wide && has("+avx512vbmi2"), /*convert_f16=*/has("+f16c"),
                               /*convert_bf16=*/bf16, /*amx_bf16=*/wide && has("+amx-bf16,+amx-tile"), l1,
                               known(target.caches.l2, wide ? 1 << 20 : 512 << 10), stream);
}

tile::TargetAttr withoutVectors(tile::TargetAttr target) {
  return tile::TargetAttr::get(target.getContext(), /*vector_bits=*/0, target.getRegisters(), /*masks=*/false,
                               /*dot_i8=*/false, /*dot_bf16=*/false, /*funnel_shift=*/false, /*convert_f16=*/false,
                               /*convert_bf16=*/false, /*amx_bf16=*/false, target.getL1(), target.getL2(),
                               target.getStream());
}

} // namespace ingot
