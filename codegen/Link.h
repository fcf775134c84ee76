//===-- Link.h - object file and runtime to shared library or executable --------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_LINK_H
#define INGOT_CODEGEN_LINK_H

#include "codegen/OutputFiles.h"
#include "codegen/Target.h"

#include <string>

namespace ingot {

struct LinkJob {
  std::string object;     ///< the model's code
  std::string name;       ///< of the artifact, for messages
  std::string output;     ///< where the linked file goes
  std::string soname;     ///< name of a shared library; an executable where empty
  std::string prefix;     ///< of the model's symbols
  std::string runtimeDir; ///< folder of libingot_rt.a; found beside the running program where empty
  bool hugeWeights;       ///< they get an address from which huge pages can be mapped
};

/// Links through the C compiler of the target, with lld where there is one, or with lld alone where there is no
/// compiler. What the linker complains of becomes the error.
llvm::Error link(const LinkJob &job, const Target &target, OutputFiles &files);

} // namespace ingot

#endif // INGOT_CODEGEN_LINK_H
