//===-- Phase.cpp - the phases of a compilation, in their order ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Phase.h"

#include "llvm/ADT/STLExtras.h"

namespace ingot {
namespace {

struct PhaseInfo {
  llvm::StringRef name, description;
};

} // namespace

static constexpr Phase phases[] = {Phase::Import, Phase::Normalize, Phase::Optimize, Phase::Fuse,
                                   Phase::Lower,  Phase::Schedule,  Phase::Tile,     Phase::Plan,
                                   Phase::Outline, Phase::Llvm,     Phase::Object,   Phase::Link};

static constexpr PhaseInfo infos[] = {
    {"import", "model file to graph"},
    {"normalize", "shapes are inferred, constants folded, dead code is gone"},
    {"optimize", "patterns are recovered, layouts chosen"},
    {"fuse", "every computation is in a group that becomes a kernel"},
    {"lower", "graph to host program and kernels"},
    {"schedule", "tile sizes are chosen, as attributes"},
    {"tile", "kernels become loops and vectors"},
    {"plan", "intermediates and weights get their places in memory"},
    {"outline", "parallel loops become functions, the host program the entry point"},
    {"llvm", "all of it in the LLVM dialect"},
    {"object", "machine code"},
    {"link", "the artifact, with the runtime"},
};
static_assert(std::size(phases) == std::size(infos) && static_cast<size_t>(Phase::Link) + 1 == std::size(infos));

llvm::ArrayRef<Phase> getPhases() { return phases; }
llvm::StringRef getName(Phase phase) { return infos[static_cast<size_t>(phase)].name; }
llvm::StringRef getDescription(Phase phase) { return infos[static_cast<size_t>(phase)].description; }

std::optional<Phase> parsePhase(llvm::StringRef name) {
  const Phase *phase = llvm::find_if(phases, [&](Phase candidate) { return getName(candidate) == name; });
  return phase == std::end(phases) ? std::nullopt : std::optional(*phase);
}

} // namespace ingot
