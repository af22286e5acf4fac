// The checks of the C++ tests: TEST("a sentence") { CHECK(...); CHECK_EQ(a, b); }, one executable per
// subject. Command line: --filter TEXT runs the tests whose name contains it, --seed N repeats a randomized
// run, --list.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace check {

/// Tests do less work where every instruction costs ten: sanitized builds, and debug ones.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
inline constexpr bool kSlowBuild = true;
#else
inline constexpr bool kSlowBuild = false;
#endif
template <typename T>
constexpr T scaled(T release, T slow) {
  return kSlowBuild ? slow : release;
}

/// The seed of this run; printed when first asked for.
std::uint64_t seed();

using Body = void (*)();
struct Registration {
  Registration(const char* name, Body body);
};

/// Names what is being looked at; printed with every failure until it goes out of scope.
class Note {
 public:
  explicit Note(std::string text);
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;
  ~Note();
};

/// Counts a check; reports it if it failed. Returns `good`. Safe from any thread.
bool report(bool good, const char* file, int line, const char* expression, const std::string& detail = {});
void count_check();

template <typename T>
std::string shown(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<long long>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    char text[64];
    __builtin_snprintf(
        text, sizeof text, "%.17g (bits %016llx)", static_cast<double>(value),
        static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(static_cast<double>(value))));
    return text;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    std::string out = "\"";
    for (const char c : std::string_view(value).substr(0, 200)) {
      if (c >= ' ' && c < 127) {
        out.push_back(c);
      } else {
        char hex[5];
        __builtin_snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
        out += hex;
      }
    }
    return out + (std::string_view(value).size() > 200 ? "\"..." : "\"");
  } else {
    return "?";
  }
}

/// Doubles are equal if their bits are: -0 is not 0, and NaN is itself.
template <typename A, typename B>
bool same(const A& a, const B& b) {
  if constexpr (std::is_floating_point_v<A> && std::is_floating_point_v<B>) {
    return std::bit_cast<std::uint64_t>(static_cast<double>(a)) ==
           std::bit_cast<std::uint64_t>(static_cast<double>(b));
  } else if constexpr (std::is_integral_v<A> && std::is_integral_v<B> && !std::is_same_v<A, bool>) {
    return (a < 0) == (b < 0) && static_cast<unsigned long long>(a) == static_cast<unsigned long long>(b);
  } else {
    return a == b;
  }
}

template <typename A, typename B>
bool equal(const A& a, const B& b, const char* file, int line, const char* expression) {
  if (same(a, b)) return count_check(), true;
  return report(false, file, line, expression, shown(a) + " is not " + shown(b));
}

}  // namespace check

#define CHECK_JOIN2(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN2(a, b)
#define TEST(name)                                                                                         \
  static void CHECK_JOIN(test_, __LINE__)();                                                               \
  static const check::Registration CHECK_JOIN(registration_, __LINE__)(name, CHECK_JOIN(test_, __LINE__)); \
  static void CHECK_JOIN(test_, __LINE__)()

/// Both are expressions that tell whether they held; the test goes on either way.
#define CHECK(condition) check::report(static_cast<bool>(condition), __FILE__, __LINE__, #condition)
#define CHECK_EQ(actual, expected) \
  check::equal((actual), (expected), __FILE__, __LINE__, #actual " == " #expected)
/// Leaves the function if it does not hold.
#define REQUIRE(condition) \
  if (!CHECK(condition)) return
