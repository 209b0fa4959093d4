#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/stats/series.h"

// Which changes are worth a line in a digest that could have shown hundreds.
namespace measured::rules::stats {

enum class ChangeStatus {
  ok,
  too_little_data,  // a short baseline, or no value in the newest period
  no_variation,     // the baseline does not vary: any change is one, and none has a chance
};
std::string_view to_text(ChangeStatus status);

inline constexpr std::size_t change_windows[] = {1, 4, 8};

struct ChangeOptions {
  std::size_t baseline_min = 12;  // values
  std::span<const std::size_t> windows =
      change_windows;  // newest periods judged together, each > 0
};

struct ChangeWindow {
  std::size_t periods = 0;
  double p = 1;
};

struct Change {
  ChangeStatus status = ChangeStatus::too_little_data;
  std::optional<double> p;  // of all windows together
  std::optional<double>
      effect;                 // newest value less the mean of the baseline, in the measure's unit
  std::optional<double> rho;  // autocorrelation allowed for, in [0, 0.9]
  std::vector<ChangeWindow> windows;  // those whose periods all have values
};

// How surprising the newest periods are after the baseline, allowing for periods that are alike and
// for the baseline being an estimate. Shares are given as standardised values (p_standardised), so
// that thin and full periods weigh the same. The p is for `false_discoveries`, never for a reader.
Change change_p(Series baseline, Series recent, const ChangeOptions& options = {});

// Cuts the values since the last declared change into the two parts of change_p: the newest 8
// periods, and at most 52 values before them.
struct ChangeParts {
  Series baseline, recent;
};
ChangeParts change_parts(Series since_change);

struct Discoveries {
  std::size_t tests = 0;                        // how many had a p
  std::vector<std::optional<double>> adjusted;  // as given; none where there was no p
  std::vector<bool> notable;
};

// Benjamini and Hochberg's procedure over everything that one reader could have been shown: of
// those called notable, about a share `q` is expected to be chance. (1995, JRSS B 57:289.)
Discoveries false_discoveries(std::span<const std::optional<double>> p, double q = 0.10);

}  // namespace measured::rules::stats
