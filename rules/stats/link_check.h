#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Whether an outcome moves with a measure, some periods later: within teams and within periods, so
// that neither a good team nor a shared season or trend looks like a link.
namespace measured::rules::stats {

enum class LinkVerdict {
  linked,
  opposite,     // linked, with the other sign than expected
  no_evidence,  // a link as strong as `critical` would have shown
  no_variation,
  too_little_data,
};
std::string_view to_text(LinkVerdict verdict);

struct LinkOptions {
  std::size_t lag_max = 8;  // periods
  std::size_t block = 4;    // periods that stay together, because neighbours are alike
  std::size_t teams_min = 3;
  std::size_t periods_min = 24;
  std::size_t pairs_min = 60;
  std::size_t cells_min = 8;  // a team with fewer pairs is left out
  double alpha = 0.01;
  double r_min = 0.15;    // a weaker link is none, however sure
  int expected_sign = 1;  // 1: more of the one, more of the other; or -1
};

struct LinkCheck {
  LinkVerdict verdict = LinkVerdict::too_little_data;
  std::size_t teams = 0;
  std::size_t periods = 0;
  std::size_t pairs = 0;                 // at lag 0
  std::vector<std::optional<double>> r;  // by lag; none with too few pairs
  std::optional<std::size_t> lag;        // of the strongest
  std::optional<double> strongest;
  std::optional<double> p;
  std::optional<double> critical;  // the weakest link that could have been seen
  std::size_t orders = 0;          // that the outcome's blocks were put in
};

// One row a team, one value a period; all rows of one length.
using Panel = std::span<const std::vector<std::optional<double>>>;

// The order in which blocks of the outcome are put. Up to seven blocks all orders are tried, and
// `orders` is not read; beyond, those that are given, which block_orders() draws.
using BlockOrder = std::vector<std::size_t>;
std::vector<BlockOrder> block_orders(std::size_t blocks, std::size_t count, std::uint64_t seed);

LinkCheck link_check(Panel measure, Panel outcome, const LinkOptions& options = {},
                     std::span<const BlockOrder> orders = {});

}  // namespace measured::rules::stats
