// One fuzz input: a stream of frames, taken through a StreamReader and its ring as a connection takes it, and
// judged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/ring_reader.hpp"

namespace ibkr::test {

/// How an input is read. Decoded from its first bytes, so that a fuzzer that knows nothing finds every
/// setting.
struct StreamSettings {
  std::int32_t server_version = 176;
  std::uint32_t capacity = 64;
  std::uint8_t policy = 0;  ///< FullPolicy
  bool raw = false;
  std::uint32_t piece = 1;  ///< most bytes given to the framer at once
};
inline constexpr std::size_t kSettingsBytes = 4;
StreamSettings settings_of(std::string_view input);

/// The frames of an input, behind its settings.
inline std::string_view stream_of(std::string_view input) {
  return input.substr(input.size() < kSettingsBytes ? input.size() : kSettingsBytes);
}

/// What a stream makes of a reader.
struct Outcome {
  std::vector<Seen> records;
  bool bad_length = false;    ///< ended by a frame length that is none
  std::uint64_t missing = 0;  ///< conflated or dropped
  std::string problem;
};
/// Every arrival stamp of an outcome.
inline constexpr double kFuzzReceived = 1.0;

/// The outcome as the slow reference has it.
Outcome expected_of(const StreamSettings& settings, std::string_view stream);

/// Empty if `got` is what was expected under the policy of the settings, otherwise the difference.
std::string compare_outcomes(const StreamSettings& settings, const Outcome& got, const Outcome& expected);

/// Runs an input through a StreamReader and its ring. Empty: all is well. Otherwise what is wrong: a record
/// out of bounds, one lost, doubled or out of order, another result than the slow reference's, or one that
/// depends on how the stream is cut or on the ring's size.
std::string judge_stream(std::string_view input);

/// A stream of random frames, some of them broken, for settings that were drawn as well.
/// `version` chooses the server version, counted from 100; by default it is drawn too.
std::string random_input(std::uint64_t seed, int version = -1);

}  // namespace ibkr::test
