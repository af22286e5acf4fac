// The fuzzer as a plain program: the same seed and count always run the same inputs.
//   fuzz [--seed N] [--iterations N]    random streams; prints the seed of the first bad one and ends with 1
//   fuzz --write FOLDER …               writes them there instead: what libFuzzer begins with
//   fuzz FILE…                          runs files, each one input (as libFuzzer leaves them)
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "stream_fuzzer.hpp"

namespace {

using namespace ibkr::test;

int bad(const std::string& problem, const std::string& input, const std::string& from) {
  const StreamSettings s = settings_of(input);
  std::printf(
      "%s: %s\n  server version %d, ring of %u slots, policy %d, raw %d, pieces of %u bytes, input of %zu "
      "bytes\n",
      from.c_str(), problem.c_str(), s.server_version, s.capacity, s.policy, s.raw, s.piece, input.size());
  return 1;
}

int run_file(const char* path) {
  std::FILE* const file = std::fopen(path, "rb");
  if (file == nullptr) return std::fprintf(stderr, "fuzz: cannot open %s\n", path), 2;
  std::string input;
  char block[4096];
  for (std::size_t n; (n = std::fread(block, 1, sizeof block, file)) > 0;) input.append(block, n);
  std::fclose(file);
  const std::string problem = judge_stream(input);
  return problem.empty() ? 0 : bad(problem, input, path);
}

}  // namespace

bool write_file(const std::string& path, const std::string& input) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool good = std::fwrite(input.data(), 1, input.size(), file) == input.size();
  return std::fclose(file) == 0 && good;
}

int main(int argc, char** argv) {
  std::uint64_t seed = 20260824, iterations = 2000;
  const char* folder = nullptr;
  std::vector<const char*> files;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--write" && i + 1 < argc) {
      folder = argv[++i];
      continue;
    }
    std::uint64_t* const number = option == "--seed"         ? &seed
                                  : option == "--iterations" ? &iterations
                                                             : nullptr;
    if (number == nullptr) {
      files.push_back(argv[i]);
      continue;
    }
    char* end = nullptr;
    if (++i < argc) *number = std::strtoull(argv[i], &end, 0);
    if (end == nullptr || end == argv[i] || *end != '\0') {
      std::fprintf(stderr, "fuzz: %.*s takes a number\n", static_cast<int>(option.size()), option.data());
      return 2;
    }
  }
  for (const char* file : files)
    if (const int result = run_file(file)) return result;
  if (!files.empty()) return 0;
  std::printf("seed %llu, %llu iterations\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(iterations));
  for (std::uint64_t i = 0; i < iterations; ++i) {
    const std::string input = random_input(seed + i);
    if (folder != nullptr) {
      const std::string path = folder + ("/" + std::to_string(seed + i));
      if (!write_file(path, input)) return std::fprintf(stderr, "fuzz: cannot write %s\n", path.c_str()), 2;
      continue;
    }
    const std::string problem = judge_stream(input);
    if (!problem.empty())
      return bad(problem, input,
                 "seed " + std::to_string(seed + i) + " (again: --iterations 1 --seed " +
                     std::to_string(seed + i) + ")");
  }
  return 0;
}
