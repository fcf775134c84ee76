//===-- MainTest.cpp - the command line of compiled executables -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include <cstdio>
#include <regex>
#include <sys/wait.h>

using namespace ingot::test;

namespace {

struct Result {
  int status;
  std::string output; // stdout, then stderr
};

struct MainTest : testing::Test {
  MainTest() {
    float x[] = {1, 2, 3, 4, 5, 6}, bias = 10;
    save("x.npy", INGOT_F32, {2, 3}, x, sizeof x);
    save("bias.npy", INGOT_F32, {}, &bias, sizeof bias);
    x[0] = 99;
    save("bad.npy", INGOT_F32, {2, 3}, x, sizeof x);
  }

  void save(const std::string &name, int32_t dtype, std::initializer_list<int64_t> dims, const void *data,
            uint64_t bytes) {
    ingot_named_tensor tensor = {nullptr,
                                 ingot_tensor_of(data, bytes, dtype, static_cast<int32_t>(dims.size()), dims.begin())};
    ASSERT_EQ(ingot_save((dir / name).c_str(), &tensor, 1), INGOT_OK);
  }

  Result run(const std::string &arguments, const std::string &redirection = "2>&1") {
    std::string command = "cd " + dir.path.string() + " && " INGOT_FAKE_MODEL " " + arguments + " " + redirection;
    FILE *pipe = popen(command.c_str(), "r");
    Result result = {0, ""};
    char text[4096];
    for (size_t n; (n = fread(text, 1, sizeof text, pipe)) > 0;)
      result.output.append(text, n);
    result.status = WEXITSTATUS(pclose(pipe));
    return result;
  }

  void expectError(const std::string &arguments, int status, const std::string &message) {
    Result result = run(arguments);
    EXPECT_EQ(result.status, status) << arguments;
    EXPECT_EQ(result.output, "fake: error: " + message + "\n") << arguments;
  }

  const std::string inputs = "--input x=x.npy --input bias=bias.npy ";
  TempDir dir;
};

} // namespace

TEST_F(MainTest, help) {
  Result result = run("--help");
  EXPECT_EQ(result.status, 0);
  for (const char *text : {"compiled for x86-64-v2", "inputs:\n  x     f32   [N, 3]\n  bias  f32   []\n",
                           "outputs:\n  y      f32   [N, 3]\n  count  i64   []\n", "--bench"})
    EXPECT_NE(result.output.find(text), std::string::npos) << text;
  EXPECT_EQ(run("-h").output, result.output);
  EXPECT_EQ(run("--help --json").output,
            "{\"name\":\"fake\",\"target\":\"x86-64-v2\",\"inputs\":["
            "{\"name\":\"x\",\"type\":\"f32\",\"dims\":[\"N\",3]},"
            "{\"name\":\"bias\",\"type\":\"f32\",\"dims\":[]}],\"outputs\":["
            "{\"name\":\"y\",\"type\":\"f32\",\"dims\":[\"N\",3]},"
            "{\"name\":\"count\",\"type\":\"i64\",\"dims\":[]}]}\n");
}

TEST_F(MainTest, printsASummary) {
  std::string expected = "y  f32 [2, 3]  22 24 26 28 30 32\ncount  i64 []  6\n";
  EXPECT_EQ(run(inputs).output, expected);
  EXPECT_EQ(run("--input x.npy --input bias.npy --threads 3").output, expected);
  EXPECT_EQ(run("--input=bias=bias.npy --input=x.npy").output, expected);
}

TEST_F(MainTest, writesOutputs) {
  ASSERT_EQ(run(inputs + "--output count=c.pb --output y.npy --output all.npz").status, 0);
  Loaded count(dir / "c.pb"), y(dir / "y.npy"), all(dir / "all.npz");
  EXPECT_STREQ(count.list.tensors[0].name, "count");
  EXPECT_EQ(count.at<int64_t>(0), 6);
  EXPECT_EQ(y.at<float>(5), 32);
  ASSERT_EQ(all.list.count, 2);
  EXPECT_EQ(all.at<int64_t>(0, 1), 6);
}

TEST_F(MainTest, readsArchives) {
  ASSERT_EQ(run(inputs + "--output all.npz").status, 0);
  float x[3] = {1, 2, 3}, bias = 1;
  int64_t dims[] = {1, 3};
  char names[][8] = {"bias", "x", "arr_1", "arr_0", "other"};
  ingot_tensor xs = ingot_tensor_of(x, sizeof x, INGOT_F32, 2, dims);
  ingot_tensor biases = ingot_tensor_of(&bias, sizeof bias, INGOT_F32, 0, nullptr);
  ingot_named_tensor named[] = {{names[0], biases}, {names[1], xs}};
  ingot_named_tensor numbered[] = {{names[2], biases}, {names[3], xs}};
  ingot_named_tensor wrong[] = {{names[4], biases}};
  ASSERT_EQ(ingot_save((dir / "named.npz").c_str(), named, 2), INGOT_OK);
  ASSERT_EQ(ingot_save((dir / "numbered.npz").c_str(), numbered, 2), INGOT_OK);
  ASSERT_EQ(ingot_save((dir / "wrong.npz").c_str(), wrong, 1), INGOT_OK);
  std::string expected = "y  f32 [1, 3]  4 6 8\ncount  i64 []  3\n";
  EXPECT_EQ(run("--input named.npz").output, expected);
  EXPECT_EQ(run("--input numbered.npz").output, expected);
  EXPECT_EQ(run("--input x=named.npz --input bias=named.npz").output, expected);
  expectError("--input wrong.npz", 1, "no input is named 'other'; the inputs are 'x', 'bias'");
  expectError("--input x=numbered.npz", 1, "numbered.npz: none of its 2 arrays is named 'x'");
}

TEST_F(MainTest, refusesBadUsage) {
  expectError("--bogus", 2, "unknown option '--bogus'; --help lists the options");
  expectError("x.npy", 2, "unexpected argument 'x.npy'; inputs are given as --input NAME=FILE");
  expectError("--input", 2, "--input needs a value");
  expectError("--bench=yes", 2, "--bench takes no value");
  expectError("--bench --runs none", 2, "--runs: expected a positive number but got 'none'");
  expectError("--threads 0", 2, "--threads: expected a positive number but got '0'");
  expectError(inputs + "--json", 2, "--json goes with --bench and --profile only");
  expectError(inputs + "--limits 1,1", 2, "--limits goes with --profile only");
  expectError(inputs + "--profile --limits 10", 2, "--limits: expected GFLOP/s,GB/s but got '10'");
  expectError(inputs + "--bench --output y.npy", 2, "--output does not go with --bench");
  expectError("--bench --shape N", 2, "--shape: expected NAME=N,... but got 'N'");
}

TEST_F(MainTest, refusesBadInputs) {
  expectError("--input bias=bias.npy", 1, "input 'x' (f32 [N, 3]) has no value: give it with --input x=FILE");
  expectError("--input z=x.npy", 1, "no input is named 'z'; the inputs are 'x', 'bias'");
  expectError("--input x=x.npy --input x=x.npy", 1, "input 'x' is given twice");
  expectError(inputs + "--input x.npy", 1, "x.npy: all 2 inputs have a value already");
  expectError("--input x=absent.npy", 1, "absent.npy: No such file or directory");
  expectError("--input x=bias.npy --input bias=x.npy", 1, "input 'x': expected rank 2 but got 0");
  expectError(inputs + "--output z=y.npy", 1, "no output is named 'z'; the outputs are 'y', 'count'");
  expectError(inputs + "--output a.npy --output b.npy --output c.npy", 1, "c.npy: the model has only 2 outputs");
  expectError(inputs + "--output none/y.npy", 1, "none/y.npy: cannot create the file: No such file or directory");
  expectError("--bench --shape M=1", 1, "--shape: no input has a symbolic dimension named 'M'");
}

TEST_F(MainTest, reportsErrorsOfTheModel) {
  expectError("--input x=bad.npy --input bias.npy", 1, "node \"Add\": bad element 0 of 6");
}

TEST_F(MainTest, noticesAFullStandardOutput) { EXPECT_EQ(run("--help", "2>/dev/null >/dev/full").status, 1); }

TEST_F(MainTest, bench) {
  std::regex json("\\{\"median_us\":[0-9.]+,\"p90_us\":[0-9.]+,\"p99_us\":[0-9.]+,\"runs\":20,\"threads\":2,"
                  "\"cpu_us\":[0-9.]+\\}\n");
  Result result = run("--bench --runs 20 --threads 2 --json --shape N=4");
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(std::regex_match(result.output, json)) << result.output;
  result = run("--bench --runs 5 --threads 1 " + inputs);
  EXPECT_TRUE(std::regex_search(result.output, std::regex("^median [0-9.]+ us, .*5 runs, threads: 1")))
      << result.output;
}

TEST_F(MainTest, profile) {
  Result result = run("--bench --runs 7 --profile trace.json");
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(std::regex_search(
      result.output, std::regex(" 7 +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+  add: \\(\"Add\"\\)\n")))
      << result.output;
  EXPECT_TRUE(std::regex_search(result.output, std::regex(" 7 +[0-9.]+ +[0-9.]+ +- +- +-  scale: \\(\"Mul\"\\)\n")))
      << result.output;
  EXPECT_TRUE(std::regex_search(result.output, std::regex("limit: [0-9.]+ GFLOP/s of f32; [0-9]+ GB/s up to ")))
      << result.output;
  std::string trace = readFile(dir / "trace.json");
  EXPECT_EQ(trace.substr(0, 16), "{\"traceEvents\":[");
  EXPECT_NE(trace.find("{\"name\":\"scale: (\\\"Mul\\\")\",\"ph\":\"X\""), std::string::npos);
  EXPECT_NE(trace.find("\"args\":{\"gflops\":"), std::string::npos);
  EXPECT_NE(run(inputs + "--profile").output.find("all kernels"), std::string::npos);
}

TEST_F(MainTest, profileAgainstGivenLimits) {
  Result result = run("--bench --runs 7 --shape N=2 --profile --limits 1000,0.000001 --threads 1");
  EXPECT_TRUE(std::regex_search(result.output, std::regex("limit: 1000.0 GFLOP/s of f32, 0.0 GB/s \\(threads: 1\\)\n")))
      << result.output;
}

TEST_F(MainTest, profileAsJson) {
  std::regex kernels("\"profile\":\\{\"threads\":1,\"peak_gflops\":50.00,\"peak_gbs\":\\{\"0\":10.00\\},"
                     "\"kernels\":\\[[^\\]]*\\{\"kernel\":\"add\",\"nodes\":\"\\(\\\\\"Add\\\\\"\\)\","
                     "\"calls\":1,\"total_us\":[0-9.]+,\"share\":[0-9.]+,\"flops\":6,\"bytes\":48,"
                     "\"gflops\":[0-9.]+,\"gbs\":[0-9.]+,"
                     "\"limit\":[0-9.]+\\}");
  std::string output = run(inputs + "--profile --json --limits 50,10 --threads 1").output;
  EXPECT_EQ(output.front(), '{');
  EXPECT_TRUE(std::regex_search(output, kernels)) << output;
  output = run("--bench --runs 1 --shape N=2 --profile --json --limits 50,10 --threads 1").output;
  EXPECT_EQ(output.substr(0, 13), "{\"median_us\":");
  EXPECT_TRUE(std::regex_search(output, kernels)) << output;
}
