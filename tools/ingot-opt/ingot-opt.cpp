//===-- ingot-opt.cpp - runs any pass on any IR of the compiler ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Passes.h"
#include "codegen/lower/Lower.h"
#include "codegen/rt/Rt.h"
#include "codegen/tile/Passes.h"
#include "codegen/tile/TileDialect.h"
#include "codegen/vector/Passes.h"
#include "passes/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  ingot::registerIngotPasses();
  ingot::registerIngotCodegenPasses();
  ingot::tile::registerIngotTilePasses();
  mlir::registerPass(ingot::createLowerGraphPass);
  ingot::registerVectorPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<ingot::IngotDialect, ingot::rt::RtDialect, ingot::tile::TileDialect>();
  ingot::registerLoweringInterfaces(registry);
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Ingot's optimizer driver\n", registry));
}
