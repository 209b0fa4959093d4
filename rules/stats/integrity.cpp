// Questions about where a number comes from.
//
// A target makes people improve a number, and some ways of improving it help nobody: ask only the
// happy, leave out the late, correct last month. None of that can be proved from the numbers, and
// guessing at motives would end all trust, so every finding here is worded as a question and
// carries the counts behind it. Thresholds are set so that honest data stay silent: 99 % intervals
// and a least size of effect, since with many cases any trifle is "significant". What is a plain
// fact (verdicts that flipped by revision or by exclusion) is told without any test.
//
// The tests are the simplest that fit: Newcombe's interval for two rates, Pearson's chi-squared
// with thin segments pooled, an exact sign test for revisions (their sizes are wild, their signs
// are not), and two trend tests. A model of who answers was refused: it would need to know what we
// are asking about.
#include "rules/stats/integrity.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

constexpr double revision_slack = 1e-9;  // relative; less is rounding, not a revision

double expected_surveyed(const Segment& segment, const Segment& all) {
  return static_cast<double>(segment.eligible) * static_cast<double>(all.surveyed) /
         static_cast<double>(all.eligible);
}

bool is_thin(const Segment& segment, const Segment& all, double expected_min) {
  const double surveyed = expected_surveyed(segment, all);
  const double left_out = static_cast<double>(segment.eligible) - surveyed;
  return std::min(surveyed, left_out) < expected_min;
}

void add(Segment& to, const Segment& segment) {
  to.surveyed += segment.surveyed;
  to.eligible += segment.eligible;
}

// Thin segments as one; where even that is thin, it joins the smallest of the others.
std::vector<Segment> pooled(std::span<const Segment> segments, const Segment& all,
                            double expected_min) {
  std::vector<Segment> kept;
  Segment pool;
  for (const Segment& segment : segments) {
    if (is_thin(segment, all, expected_min)) {
      add(pool, segment);
    } else {
      kept.push_back(segment);
    }
  }
  if (pool.eligible == 0) {
    return kept;
  }
  if (is_thin(pool, all, expected_min) && !kept.empty()) {
    const auto smallest = std::min_element(
        kept.begin(), kept.end(),
        [](const Segment& a, const Segment& b) { return a.eligible < b.eligible; });
    add(*smallest, pool);
  } else {
    kept.push_back(pool);
  }
  return kept;
}

double pearson(std::span<const Segment> segments, const Segment& all) {
  double sum = 0;
  for (const Segment& segment : segments) {
    const double surveyed = expected_surveyed(segment, all);
    const double left_out = static_cast<double>(segment.eligible) - surveyed;
    const double off = static_cast<double>(segment.surveyed) - surveyed;
    sum += off * off / surveyed + off * off / left_out;
  }
  return sum;
}

// Half a case is added everywhere, so that an empty segment has a finite index.
double stability_index(std::span<const Segment> segments, const Segment& all) {
  const double half = 0.5 * static_cast<double>(segments.size());
  double sum = 0;
  for (const Segment& segment : segments) {
    const double is =
        (static_cast<double>(segment.surveyed) + 0.5) / (static_cast<double>(all.surveyed) + half);
    const double should =
        (static_cast<double>(segment.eligible) + 0.5) / (static_cast<double>(all.eligible) + half);
    sum += (is - should) * std::log(is / should);
  }
  return sum;
}

RevisionVerdict revision_verdict(const RevisionBias& bias, const RevisionOptions& options) {
  if (bias.revised == 0) {
    return RevisionVerdict::none;
  }
  if (bias.revised < options.revisions_min) {
    return RevisionVerdict::few;
  }
  if (*bias.p >= options.alpha) {
    return RevisionVerdict::mixed;
  }
  return bias.better > bias.worse ? RevisionVerdict::flattering : RevisionVerdict::harsher;
}

// 1 improves, -1 worsens, 0 neither.
int improvement(TrendVerdict trend, Better better) {
  const int up = trend == TrendVerdict::rising ? 1 : trend == TrendVerdict::falling ? -1 : 0;
  return better == Better::higher ? up : -up;
}

}  // namespace

std::string_view to_text(ResponseDropVerdict verdict) {
  switch (verdict) {
    case ResponseDropVerdict::suspicious: return "suspicious";
    case ResponseDropVerdict::rate_drop: return "rate_drop";
    case ResponseDropVerdict::score_up: return "score_up";
    case ResponseDropVerdict::no_sign: return "no_sign";
    case ResponseDropVerdict::too_little_data: return "too_little_data";
    case ResponseDropVerdict::no_data: return "no_data";
  }
  return "no_data";
}

std::string_view to_text(SelectionVerdict verdict) {
  switch (verdict) {
    case SelectionVerdict::ok: return "ok";
    case SelectionVerdict::shifted: return "shifted";
    case SelectionVerdict::strongly_shifted: return "strongly_shifted";
    case SelectionVerdict::complete: return "complete";
    case SelectionVerdict::too_little_data: return "too_little_data";
    case SelectionVerdict::no_data: return "no_data";
    case SelectionVerdict::invalid: return "invalid";
  }
  return "no_data";
}

std::string_view to_text(RevisionVerdict verdict) {
  switch (verdict) {
    case RevisionVerdict::none: return "none";
    case RevisionVerdict::few: return "few";
    case RevisionVerdict::mixed: return "mixed";
    case RevisionVerdict::flattering: return "flattering";
    case RevisionVerdict::harsher: return "harsher";
  }
  return "none";
}

std::string_view to_text(ExclusionVerdict verdict) {
  switch (verdict) {
    case ExclusionVerdict::growing: return "growing";
    case ExclusionVerdict::shrinking: return "shrinking";
    case ExclusionVerdict::stable: return "stable";
    case ExclusionVerdict::too_little_data: return "too_little_data";
    case ExclusionVerdict::no_data: return "no_data";
  }
  return "no_data";
}

std::string_view to_text(DivergenceVerdict verdict) {
  switch (verdict) {
    case DivergenceVerdict::diverging: return "diverging";
    case DivergenceVerdict::reverse: return "reverse";
    case DivergenceVerdict::both_improving: return "both_improving";
    case DivergenceVerdict::both_worsening: return "both_worsening";
    case DivergenceVerdict::measure_only: return "measure_only";
    case DivergenceVerdict::measure_only_worsening: return "measure_only_worsening";
    case DivergenceVerdict::outcome_only_improving: return "outcome_only_improving";
    case DivergenceVerdict::outcome_only_worsening: return "outcome_only_worsening";
    case DivergenceVerdict::no_sign: return "no_sign";
    case DivergenceVerdict::too_little_data: return "too_little_data";
  }
  return "no_sign";
}

ResponseDrop response_drop(const SurveyWave& reference, const SurveyWave& now,
                           const ResponseDropOptions& options) {
  ResponseDrop out;
  const std::int64_t before = reference.answers.answers();
  const std::int64_t after = now.answers.answers();
  const RatioChange rate = ratio_change({before, reference.delivered}, {after, now.delivered},
                                        {options.conf_rate, options.answers_min, 0});
  const NpsChange score =
      nps_change(reference.answers, now.answers, {options.conf_score, options.answers_min, 0});
  if (!rate.difference || !score.difference) {
    return out;
  }
  out.rate = rate;
  out.score = score;
  if (std::min(before, after) < options.answers_min) {
    out.verdict = ResponseDropVerdict::too_little_data;
    return out;
  }
  const bool fell = *rate.bounds.high < -options.drop_min;
  const bool rose = *score.bounds.low > 0;
  out.verdict = fell && rose ? ResponseDropVerdict::suspicious
                : fell       ? ResponseDropVerdict::rate_drop
                : rose       ? ResponseDropVerdict::score_up
                             : ResponseDropVerdict::no_sign;
  return out;
}

SelectionSkew selection_skew(std::span<const Segment> segments, const SelectionOptions& options) {
  SelectionSkew out;
  Segment all;
  for (const Segment& segment : segments) {
    if (segment.surveyed < 0 || segment.surveyed > segment.eligible) {
      out.verdict = SelectionVerdict::invalid;
      return out;
    }
    add(all, segment);
  }
  if (all.surveyed == 0) {
    return out;
  }
  if (all.surveyed == all.eligible) {
    out.verdict = SelectionVerdict::complete;
    return out;
  }
  const std::vector<Segment> used = pooled(segments, all, options.expected_min);
  out.segments = used.size();
  if (used.size() < 2) {
    out.verdict = SelectionVerdict::too_little_data;
    return out;
  }
  out.freedom = static_cast<int>(used.size()) - 1;
  out.chi_squared = pearson(used, all);
  out.p = chi_squared_at_least(*out.chi_squared, *out.freedom);
  out.psi = stability_index(used, all);
  const bool real = *out.p < options.alpha;
  out.verdict = real && *out.psi >= options.psi_strong ? SelectionVerdict::strongly_shifted
                : real && *out.psi >= options.psi      ? SelectionVerdict::shifted
                                                       : SelectionVerdict::ok;
  return out;
}

RevisionBias revision_bias(Series first, Series now, Better better, std::optional<double> target,
                           const RevisionOptions& options) {
  RevisionBias out;
  const Direction direction = better == Better::higher ? Direction::at_least : Direction::at_most;
  double shift = 0;
  for (std::size_t i = 0; i < std::min(first.size(), now.size()); ++i) {
    if (!first[i] || !now[i]) {
      continue;
    }
    ++out.buckets;
    const double change = *now[i] - *first[i];
    if (std::abs(change) <= revision_slack * std::max(std::abs(*first[i]), std::abs(*now[i]))) {
      continue;
    }
    ++out.revised;
    shift += change;
    (change > 0) == (better == Better::higher) ? ++out.better : ++out.worse;
    if (target) {
      const bool was = meets(*first[i], direction, *target);
      const bool is = meets(*now[i], direction, *target);
      out.flips_to_met += is && !was ? 1 : 0;
      out.flips_to_missed += was && !is ? 1 : 0;
    }
  }
  if (out.revised > 0) {
    const auto fewer = static_cast<std::int64_t>(std::min(out.better, out.worse));
    const auto all = static_cast<std::int64_t>(out.revised);
    out.p = std::min(1.0, 2.0 * binomial_at_most(fewer, all, 0.5));
    out.mean_shift = shift / static_cast<double>(out.revised);
  }
  out.verdict = revision_verdict(out, options);
  return out;
}

Exclusions exclusions(const Excluded& reference, const Excluded& now, std::int64_t met,
                      std::optional<double> target, const RatioChangeOptions& options) {
  Exclusions out;
  const RatioCounts before{reference.excluded, reference.total};
  const RatioCounts after{now.excluded, now.total};
  const RatioChange change = ratio_change(before, after, options);
  if (!change.difference) {
    return out;
  }
  switch (change.verdict) {
    case RatioChangeVerdict::up: out.verdict = ExclusionVerdict::growing; break;
    case RatioChangeVerdict::down: out.verdict = ExclusionVerdict::shrinking; break;
    case RatioChangeVerdict::no_clear_change: out.verdict = ExclusionVerdict::stable; break;
    case RatioChangeVerdict::too_little_data:
      out.verdict = ExclusionVerdict::too_little_data;
      break;
    case RatioChangeVerdict::no_data: out.verdict = ExclusionVerdict::no_data; break;
  }
  out.share_reference = ratio_interval(before).share;
  out.share_now = ratio_interval(after).share;
  out.bounds = change.bounds;
  out.rate = ratio_interval({met, now.total - now.excluded}).share;
  out.rate_worst = ratio_interval({met, now.total}).share;
  if (target && out.rate && out.rate_worst) {
    out.flips = meets(*out.rate, Direction::at_least, *target) &&
                !meets(*out.rate_worst, Direction::at_least, *target);
  }
  return out;
}

Divergence divergence(Series measure, Better measure_better, Series outcome, Better outcome_better,
                      const TrendOptions& options) {
  Divergence out;
  out.measure = trend_of(measure, options).verdict;
  out.outcome = trend_of(outcome, options).verdict;
  if (out.measure == TrendVerdict::too_little_data ||
      out.outcome == TrendVerdict::too_little_data) {
    return out;
  }
  using V = DivergenceVerdict;
  constexpr V verdicts[3][3] = {
      // outcome:  worsens             stays                        improves
      {V::both_worsening, V::measure_only_worsening, V::reverse},
      {V::outcome_only_worsening, V::no_sign, V::outcome_only_improving},
      {V::diverging, V::measure_only, V::both_improving},
  };
  const int row = improvement(out.measure, measure_better) + 1;
  const int column = improvement(out.outcome, outcome_better) + 1;
  out.verdict = verdicts[row][column];
  return out;
}

}  // namespace measured::rules::stats
