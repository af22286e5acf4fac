// Histograms.
#include "layout_table.hpp"
#include "metrics/histogram_layout.hpp"

namespace ibkr::addon {

namespace {
constexpr LayoutEntry kEntries[] = {
    // A histogram
    {"HISTOGRAM_RANGE_BITS", kHistogramRangeBits},
    {"HISTOGRAM_ABOVE", kHistogramAbove},
    {"HISTOGRAM_COUNT", kHistogramCount},
    {"HISTOGRAM_SUM", kHistogramSum},
    {"HISTOGRAM_MIN", kHistogramMin},
    {"HISTOGRAM_MAX", kHistogramMax},
    {"HISTOGRAM_BUCKETS", kHistogramBuckets},
    {"HISTOGRAM_ALIGNMENT", kHistogramAlignment},
    {"HISTOGRAM_SUB_BITS", kHistogramSubBits},
    {"MIN_HISTOGRAM_BITS", kMinHistogramBits},
    {"MAX_HISTOGRAM_BITS", kMaxHistogramBits},
    {"FULL_HISTOGRAM_BITS", kFullHistogramBits},
    {"SMALL_HISTOGRAM_BITS", kSmallHistogramBits},
};
}  // namespace

std::span<const LayoutEntry> metrics_layout() { return kEntries; }

}  // namespace ibkr::addon
