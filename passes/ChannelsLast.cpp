//===- ChannelsLast.cpp - gives convolutions their channels last
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "passes/Passes.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_CHANNELSLAST
#include "passes/Passes.h.inc"

namespace {

/// [0, 2, .., rank - 1, 1], or its inverse.
SmallVector<int64_t> channelsLast(int64_t rank, bool inverse = false) {
  SmallVector<int64_t> perm{0};
  if (inverse)
    perm.push_back(rank - 1);
  for (int64_t i = inverse ? 1 : 2; i < (inverse ? rank - 1 : rank); ++i)
    perm.push_back(i);
  if (!inverse)
    perm.push_back(1);
  return perm;
}

struct ChannelsLast : impl::ChannelsLastBase<ChannelsLast> {
  void runOnOperation() override {
    ShapeAnalysis shapes;
    if (failed(shapes.run(getOperation())))
      return signalPassFailure();
    getOperation().walk([&](ConvOp conv) {
      if (conv.getChannelsLast())
        return;
      OpBuilder b(conv);
      GraphBuilder g(b, shapes);
      g.loc = conv.getLoc();
      int64_t rank = shapes.rank(conv.getInput());
      Value input = g.transpose(conv.getInput(), channelsLast(rank));
      Value result = g.make<ConvOp>(GraphBuilder::element(conv.getResult()), input, conv.getWeight(), conv.getBias(),
                                    conv.getStrides(), conv.getDilations(), conv.getPads(), conv.getGroup(),
                                    /*channels_last=*/true);
      conv.replaceAllUsesWith(g.transpose(result, channelsLast(rank, /*inverse=*/true)));
      conv.erase();
    });
  }
};

} // namespace
} // namespace ingot
