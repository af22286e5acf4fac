// Percentiles of a set of samples, as a JSON object.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace bench {

/// Nearest-rank percentile of sorted samples, the same rule as bench/lib/stats.cjs.
inline double percentile(const std::vector<double>& sorted, double q) {
  size_t rank = size_t(std::ceil(q * double(sorted.size())));
  return sorted[rank ? rank - 1 : 0];
}

/// Prints `"name":{"count":…,"p50":…,"p95":…,"p99":…,"max":…}`, or `"name":null` without samples.
inline void print_percentiles(const char* name, std::vector<double>& samples) {
  if (samples.empty()) {
    printf("\"%s\":null", name);
    return;
  }
  std::sort(samples.begin(), samples.end());
  printf("\"%s\":{\"count\":%zu,\"p50\":%.2f,\"p95\":%.2f,\"p99\":%.2f,\"max\":%.2f}", name, samples.size(),
         percentile(samples, .5), percentile(samples, .95), percentile(samples, .99), samples.back());
}

}  // namespace bench
