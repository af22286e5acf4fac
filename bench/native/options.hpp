// Command-line options of the feed and the floor: `--name value` pairs, checked.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace bench {

class Arguments {
 public:
  Arguments(int argc, char** argv) : argc_(argc), argv_(argv) {}

  double number(const char* name, double fallback, double low, double high) {
    const char* v = find(name);
    if (!v) return fallback;
    char* end;
    double d = strtod(v, &end);
    if (*end || end == v || !(d >= low && d <= high)) {
      fprintf(stderr, "--%s is \"%s\"; allowed: a number from %g to %g\n", name, v, low, high);
      exit(2);
    }
    return d;
  }
  int integer(const char* name, int fallback, int low, int high) {
    return int(number(name, fallback, low, high));
  }
  const char* choice(const char* name, const char* fallback, std::initializer_list<const char*> allowed) {
    const char* v = find(name);
    if (!v) return fallback;
    for (const char* a : allowed)
      if (!strcmp(a, v)) return a;
    fprintf(stderr, "--%s is \"%s\"; allowed:", name, v);
    for (const char* a : allowed) fprintf(stderr, " %s", a);
    fprintf(stderr, "\n");
    exit(2);
  }

  /// Refuses what nobody asked for: a mistyped option must not silently measure something else.
  void finish() {
    for (int i = 1; i < argc_; ++i)
      if (argv_[i]) {
        fprintf(stderr, "unknown option or missing value: \"%s\"\n", argv_[i]);
        exit(2);
      }
  }

 private:
  const char* find(const char* name) {
    for (int i = 1; i + 1 < argc_; i += 2)
      if (argv_[i] && argv_[i][0] == '-' && argv_[i][1] == '-' && !strcmp(argv_[i] + 2, name)) {
        const char* v = argv_[i + 1];
        argv_[i] = argv_[i + 1] = nullptr;
        return v;
      }
    return nullptr;
  }
  int argc_;
  char** argv_;
};

}  // namespace bench
