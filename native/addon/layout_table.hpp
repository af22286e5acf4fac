// The numbers that the core and JavaScript share, a table for each subject: native/addon/layout_*.cpp.
#pragma once

#include <cstddef>
#include <span>

namespace ibkr::addon {

struct LayoutEntry {
  const char* name;
  double value;
};

std::span<const LayoutEntry> ring_layout();
std::span<const LayoutEntry> orders_layout();
std::span<const LayoutEntry> metrics_layout();
std::span<const LayoutEntry> journal_layout();
std::span<const LayoutEntry> stream_layout();
std::span<const LayoutEntry> bars_layout();
std::span<const LayoutEntry> risk_layout();

template <typename T>
constexpr double as_number(T value) {
  return static_cast<double>(value);
}

}  // namespace ibkr::addon

/// The index of a number among those of a struct of doubles.
#define IBKR_VALUE(values, name, member) \
  { name, offsetof(values, member) / sizeof(double) }
