#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rules/stats/bounds.h"
#include "rules/stats/ratio.h"

// What answers to a survey can and cannot say. Answers are a sample even when everybody was asked.
namespace measured::rules::stats {

enum class SurveyStatus {
  ok,
  no_data,    // no answers, or nobody was reached
  one_value,  // scale_score: one answer has no spread
  invalid,    // counts that contradict themselves, or a level outside the scale
};
std::string_view to_text(SurveyStatus status);

// Answers from 0 to 10: promoters 9-10, passives 7-8, detractors 0-6.
struct NpsCounts {
  std::int64_t promoters = 0;
  std::int64_t passives = 0;
  std::int64_t detractors = 0;
  std::int64_t answers() const { return promoters + passives + detractors; }
};

struct Nps {
  SurveyStatus status = SurveyStatus::no_data;
  std::int64_t n = 0;
  std::optional<double> score;  // points, -100..100
  std::optional<double>
      margin_simple;  // points; only to compare with other tools, 0 when all agree
  Bounds bounds;      // points
};

// Net Promoter Score with an adjusted Wald interval: three answers are added, a quarter each to
// promoters and detractors. (Rocks 2016, Am Stat 70:365.)
Nps nps(const NpsCounts& counts, double conf = 0.95);

// `no_data`, `invalid`, `too_early` under `n_min` answers, else by the interval. Target in points.
TargetVerdict nps_target(const Nps& nps, Direction direction, double target,
                         std::int64_t n_min = 30);

struct NpsChange {
  RatioChangeVerdict verdict = RatioChangeVerdict::no_data;
  std::optional<double> difference;  // points, later less earlier
  Bounds bounds;
};

// How far the score moved between two separate sets of answers; `options` in answers and points.
NpsChange nps_change(const NpsCounts& earlier, const NpsCounts& later,
                     const RatioChangeOptions& options = {});

// How often one level of a scale was answered.
struct LevelCount {
  int level = 0;
  std::int64_t count = 0;
};

// A scale of whole levels and the lowest of those that count as satisfied: 1, 5, 4 for CSAT; 1, 7,
// 5 for CES.
struct Scale {
  int lowest = 1;
  int highest = 5;
  int top_from = 4;
};

struct ScaleScore {
  SurveyStatus status = SurveyStatus::no_data;
  std::int64_t n = 0;
  std::optional<std::int64_t> top;  // answers from `top_from` up
  std::optional<double> share;      // of the top, 0..1, with Wilson's interval
  Bounds share_bounds;
  std::optional<double> mean, deviation;  // in levels, with Student's interval inside the scale
  Bounds mean_bounds;
};
ScaleScore scale_score(std::span<const LevelCount> counts, const Scale& scale, double conf = 0.95);

struct ResponseCounts {
  std::int64_t invited = 0;
  std::int64_t undelivered = 0;
  std::int64_t responded = 0;
};

enum class ResponseVerdict {
  safe,            // no answers of the silent could turn the verdict
  could_overturn,  // they could
  complete,        // everybody reached has answered
  no_answers,
};
std::string_view to_text(ResponseVerdict verdict);

struct Response {
  SurveyStatus status = SurveyStatus::no_data;
  std::optional<double> rate;  // responded of delivered, 0..1
  Bounds rate_bounds;
  std::optional<double> needed;  // what the silent would have to average to land on the target
  std::optional<double> gap;     // score less `needed`
  Bounds score_bounds;  // of everybody's score, were all the silent at one end of the scale
  std::optional<ResponseVerdict> verdict;  // none without score or target
};

// How much those who did not answer could change. No correction for a finite population: it would
// assume that silence is random, which is the question. `score`, `target` and the ends in one unit.
Response response(const ResponseCounts& counts, std::optional<double> score,
                  std::optional<double> target, double scale_lowest, double scale_highest,
                  double conf = 0.95);

}  // namespace measured::rules::stats
