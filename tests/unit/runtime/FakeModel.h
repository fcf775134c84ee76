//===-- FakeModel.h - a model whose body a test supplies ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef INGOT_TESTS_UNIT_RUNTIME_FAKEMODEL_H
#define INGOT_TESTS_UNIT_RUNTIME_FAKEMODEL_H

#include "ingot.h"

#include <gtest/gtest.h>

namespace ingot::test {

/// f32 x[N, 3] and f32 z[N] to f32 y[N, 3], by a body that each test supplies. Bodies are left by longjmp when they
/// fail, so they hold nothing that needs a destructor.
struct FakeModel {
  using Body = void (*)(ingot_context *, const ingot_tensor *, const void *);

  explicit FakeModel(Body body) { model.run = body; }
  ~FakeModel() { ingot_session_destroy(session); }

  ingot_status create(ingot_options options = {1, 0, nullptr}) {
    return ingot_session_create(&model, &options, &session);
  }

  ingot_status run() {
    ingot_tensor inputs[] = {x, z};
    return ingot_session_run(session, inputs, &y);
  }

  static constexpr int64_t matrixDims[] = {-1, 3}, vectorDims[] = {-1};
  static constexpr const char *dimNames[] = {"N", nullptr};
  static constexpr ingot_tensor_info inputInfos[] = {{"x", INGOT_F32, 2, matrixDims, dimNames},
                                                     {"z", INGOT_F32, 1, vectorDims, dimNames}};
  static constexpr ingot_tensor_info outputInfos[] = {{"y", INGOT_F32, 2, matrixDims, dimNames}};
  static constexpr const char *kernels[] = {"first", "second"};

  ingot_model model = {INGOT_MODEL_MAGIC,
                       INGOT_ABI_VERSION,
                       "fake",
                       "x86-64-v2",
                       2,
                       1,
                       inputInfos,
                       outputInfos,
                       nullptr,
                       0,
                       nullptr,
                       0,
                       {},
                       2,
                       kernels,
                       0};
  ingot_session *session = nullptr;
  float xs[6] = {1, 2, 3, 4, 5, 6}, zs[2] = {10, 20};
  ingot_tensor x = {xs, sizeof xs, INGOT_F32, 2, {2, 3}}, z = {zs, sizeof zs, INGOT_F32, 1, {2}}, y = {};
};

/// y = x + z, row by row.
inline void addBody(ingot_context *context, const ingot_tensor *inputs, const void *) {
  auto *y = static_cast<float *>(ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr));
  for (int64_t i = 0; i < inputs[0].dims[0] * 3; ++i)
    y[i] = static_cast<float *>(inputs[0].data)[i] + static_cast<float *>(inputs[1].data)[i / 3];
}

} // namespace ingot::test

#endif // INGOT_TESTS_UNIT_RUNTIME_FAKEMODEL_H
