// The naive way, averaging each team and correlating, says "linked" in nearly half of all panels
// that share a season or a trend and nothing else, and linear detrending does not help against
// seasons. Here both series lose their team and their period effects first: what is left is whether
// a team's better weeks, compared with the other teams in the same weeks, come with its better
// scores. Ranks keep one odd week from deciding.
//
// Neighbouring weeks are alike, so the chance of a correlation is not that of independent pairs. It
// is found by putting the outcome's blocks of four periods into other orders, the same for all
// teams (each team by itself is wrong with few teams: they share what happens), and asking how
// often some lag then does as well. The largest over all lags is compared with the largest, so that
// trying nine lags is paid for.
#include "rules/stats/link_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace measured::rules::stats {
namespace {

constexpr std::size_t exact_blocks_max = 7;
constexpr double grid = 1e-9;  // of the largest distance from the mean: residuals closer are ties
constexpr double tie_slack = 1e-12;

using Cells = std::vector<std::vector<std::optional<double>>>;

std::size_t pairs_of(const std::vector<std::optional<double>>& x,
                     const std::vector<std::optional<double>>& y) {
  std::size_t pairs = 0;
  for (std::size_t t = 0; t < x.size(); ++t) {
    pairs += x[t] && y[t] ? 1 : 0;
  }
  return pairs;
}

// Takes from each present cell the mean of its row, or of its column. Returns the largest of them.
double take_means(Cells& cells, bool rows) {
  const std::size_t outer = rows ? cells.size() : cells.front().size();
  const std::size_t inner = rows ? cells.front().size() : cells.size();
  double largest = 0;
  for (std::size_t i = 0; i < outer; ++i) {
    double sum = 0;
    double count = 0;
    const auto cell = [&](std::size_t j) -> std::optional<double>& {
      return rows ? cells[i][j] : cells[j][i];
    };
    for (std::size_t j = 0; j < inner; ++j) {
      sum += cell(j).value_or(0);
      count += cell(j) ? 1 : 0;
    }
    const double mean = count > 0 ? sum / count : 0.0;
    largest = std::max(largest, std::abs(mean));
    for (std::size_t j = 0; j < inner; ++j) {
      if (cell(j)) {
        *cell(j) -= mean;
      }
    }
  }
  return largest;
}

// What is left of each cell without the effects of its team and its period (least squares over the
// present cells, by taking the means in turn until none is left). All zero: nothing is.
Cells residuals_of(Cells cells) {
  constexpr int rounds_max = 10'000;
  double sum = 0;
  double count = 0;
  for (const auto& row : cells) {
    for (const auto& value : row) {
      sum += value.value_or(0);
      count += value ? 1 : 0;
    }
  }
  const double mean = sum / count;
  double largest = 0;
  for (auto& row : cells) {
    for (auto& value : row) {
      if (value) {
        *value -= mean;
        largest = std::max(largest, std::abs(*value));
      }
    }
  }
  for (int round = 0; round < rounds_max; ++round) {
    const double left = std::max(take_means(cells, true), take_means(cells, false));
    if (left <= 1e-15 * largest) {
      break;
    }
  }
  const double unit = grid * largest;
  for (auto& row : cells) {
    for (auto& value : row) {
      value = value && unit > 0 ? std::optional(std::round(*value / unit) * unit)
              : value           ? std::optional(0.0)
                                : value;
    }
  }
  return cells;
}

bool varies(const Cells& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const auto& row) {
    return std::any_of(row.begin(), row.end(),
                       [](const auto& value) { return value && *value != 0.0; });
  });
}

// Each present cell's rank among all; ties share the mean of theirs.
Cells ranks_of(const Cells& cells) {
  struct Place {
    double value;
    std::size_t team, period;
  };
  std::vector<Place> places;
  Cells ranks = cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (std::size_t t = 0; t < cells[i].size(); ++t) {
      if (cells[i][t]) {
        places.push_back({*cells[i][t], i, t});
      }
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.value < b.value; });
  for (std::size_t from = 0; from < places.size();) {
    std::size_t to = from;
    while (to < places.size() && places[to].value == places[from].value) {
      ++to;
    }
    const double rank = (static_cast<double>(from) + static_cast<double>(to) + 1.0) / 2.0;
    for (; from < to; ++from) {
      ranks[places[from].team][places[from].period] = rank;
    }
  }
  return ranks;
}

// Dense columns for the many orders: absent cells are NaN.
struct Ranks {
  std::size_t teams = 0;
  std::size_t periods = 0;
  std::vector<double> x, y;
};

std::vector<double> dense(const Cells& cells) {
  std::vector<double> out;
  for (const auto& row : cells) {
    for (const auto& value : row) {
      out.push_back(value.value_or(std::nan("")));
    }
  }
  return out;
}

// Pearson's correlation of x at t with y at order[t + lag], over all teams; none with too few
// pairs.
std::optional<double> correlation_at(const Ranks& ranks, std::span<const std::size_t> order,
                                     std::size_t lag, std::size_t pairs_min) {
  double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  const double middle = static_cast<double>(ranks.x.size()) / 2.0;  // keeps the sums small
  for (std::size_t team = 0; team < ranks.teams; ++team) {
    const double* x = ranks.x.data() + team * ranks.periods;
    const double* y = ranks.y.data() + team * ranks.periods;
    for (std::size_t t = 0; t + lag < ranks.periods; ++t) {
      const double a = x[t] - middle;
      const double b = y[order[t + lag]] - middle;
      if (a == a && b == b) {
        n += 1;
        sx += a;
        sy += b;
        sxx += a * a;
        syy += b * b;
        sxy += a * b;
      }
    }
  }
  const double vx = sxx - sx * sx / n;
  const double vy = syy - sy * sy / n;
  if (n < static_cast<double>(pairs_min) || vx <= 0 || vy <= 0) {
    return std::nullopt;
  }
  return (sxy - sx * sy / n) / std::sqrt(vx * vy);
}

double strongest_of(const Ranks& ranks, std::span<const std::size_t> order,
                    const LinkOptions& options) {
  double strongest = 0;
  for (std::size_t lag = 0; lag <= options.lag_max; ++lag) {
    const auto r = correlation_at(ranks, order, lag, options.pairs_min);
    strongest = std::max(strongest, r ? std::abs(*r) : 0.0);
  }
  return strongest;
}

// The periods in the order that their blocks are put in.
std::vector<std::size_t> periods_of(const BlockOrder& blocks, std::size_t block,
                                    std::size_t periods) {
  std::vector<std::size_t> order;
  for (const std::size_t one : blocks) {
    for (std::size_t t = one * block; t < std::min((one + 1) * block, periods); ++t) {
      order.push_back(t);
    }
  }
  return order;
}

std::vector<BlockOrder> all_orders(std::size_t blocks) {
  BlockOrder order(blocks);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<BlockOrder> out;
  do {
    out.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  return out;
}

void find_strongest(const Ranks& ranks, const LinkOptions& options, LinkCheck& out) {
  std::vector<std::size_t> as_it_was(out.periods);
  std::iota(as_it_was.begin(), as_it_was.end(), std::size_t{0});
  for (std::size_t lag = 0; lag <= options.lag_max; ++lag) {
    out.r.push_back(correlation_at(ranks, as_it_was, lag, options.pairs_min));
    const auto& r = out.r.back();
    if (r && (!out.strongest || std::abs(*r) > std::abs(*out.strongest))) {
      out.strongest = r;
      out.lag = lag;
    }
  }
}

void judge(const Ranks& ranks, const LinkOptions& options, std::span<const BlockOrder> given,
           LinkCheck& out) {
  const std::size_t blocks = (out.periods + options.block - 1) / options.block;
  const bool exact = blocks <= exact_blocks_max;
  const std::vector<BlockOrder> all = exact ? all_orders(blocks) : std::vector<BlockOrder>{};
  const std::span<const BlockOrder> orders = exact ? std::span<const BlockOrder>(all) : given;
  std::vector<double> chance;
  for (const BlockOrder& order : orders) {
    chance.push_back(strongest_of(ranks, periods_of(order, options.block, out.periods), options));
  }
  out.orders = chance.size();
  if (chance.empty()) {
    return;
  }
  std::sort(chance.begin(), chance.end(), std::greater<>());
  const double seen = std::abs(*out.strongest);
  const auto as_strong = static_cast<double>(std::count_if(
      chance.begin(), chance.end(), [&](double one) { return one >= seen - tie_slack; }));
  const auto count = static_cast<double>(chance.size());
  out.p = exact ? as_strong / count : (1.0 + as_strong) / (count + 1.0);
  const auto place = static_cast<std::size_t>(std::floor(options.alpha * count + tie_slack));
  out.critical = chance[std::min(std::max<std::size_t>(place, 1), chance.size()) - 1];
  if (*out.p <= options.alpha && seen >= options.r_min) {
    const bool expected = (*out.strongest > 0) == (options.expected_sign > 0);
    out.verdict = expected ? LinkVerdict::linked : LinkVerdict::opposite;
  }
}

}  // namespace

std::string_view to_text(LinkVerdict verdict) {
  switch (verdict) {
    case LinkVerdict::linked: return "linked";
    case LinkVerdict::opposite: return "opposite";
    case LinkVerdict::no_evidence: return "no_evidence";
    case LinkVerdict::no_variation: return "no_variation";
    case LinkVerdict::too_little_data: return "too_little_data";
  }
  return "too_little_data";
}

std::vector<BlockOrder> block_orders(std::size_t blocks, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  BlockOrder order(blocks);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<BlockOrder> out;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t left = blocks; left > 1; --left) {  // std::shuffle differs between libraries
      std::swap(order[left - 1], order[random() % left]);
    }
    out.push_back(order);
  }
  return out;
}

LinkCheck link_check(Panel measure, Panel outcome, const LinkOptions& options,
                     std::span<const BlockOrder> orders) {
  LinkCheck out;
  Cells x, y;
  for (std::size_t team = 0; team < measure.size(); ++team) {
    const std::size_t pairs = pairs_of(measure[team], outcome[team]);
    out.periods = std::max(out.periods, measure[team].size());
    if (pairs >= options.cells_min) {
      x.push_back(measure[team]);
      y.push_back(outcome[team]);
      out.pairs += pairs;
    }
  }
  out.teams = x.size();
  if (out.teams < options.teams_min || out.periods < options.periods_min ||
      out.pairs < options.pairs_min) {
    return out;
  }
  const Cells moved = residuals_of(std::move(x));
  const Cells answered = residuals_of(std::move(y));
  if (!varies(moved) || !varies(answered)) {
    out.verdict = LinkVerdict::no_variation;
    return out;
  }
  const Ranks ranks{out.teams, out.periods, dense(ranks_of(moved)), dense(ranks_of(answered))};
  out.verdict = LinkVerdict::no_evidence;
  find_strongest(ranks, options, out);
  if (out.strongest) {
    judge(ranks, options, orders, out);
  }
  return out;
}

}  // namespace measured::rules::stats
