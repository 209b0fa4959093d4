#include "rules/text/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "rules/text/messages.h"

namespace measured::rules {
namespace {

constexpr int decimals_max = 4;

// How digits are written (CLDR 44, but for English: ISO 80000 asks for a narrow space, which no
// reader takes for a decimal point).
struct Digits {
  std::string_view decimal_mark;
  std::string_view group_mark;
  std::size_t grouped_from;  // digits before the decimal mark
};
constexpr Digits digits_of(Language language) {
  switch (language) {
    case Language::en: return {".", "\u202f", 5};
    case Language::de:
    case Language::pt_br: return {",", ".", 4};
  }
  return {".", "\u202f", 5};
}

// Shares (and queries that give one) print as per cent.
bool is_percentage(const Measure& measure) {
  return form_of(measure) == ValueForm::share;
}

bool is_whole(const Measure& measure) {
  return form_of(measure) == ValueForm::count;
}

std::string with_unit(Language language, const Measure& measure, std::string number) {
  if (is_percentage(measure)) {
    return say(language, "percent", {{"n", std::move(number)}});
  }
  if (measure.kind == MeasureKind::rate) {
    const std::string per = print_count(language, static_cast<std::int64_t>(measure.per));
    return std::move(number) + " " + say(language, "per", {{"n", per}});
  }
  return measure.unit.empty() ? number : std::move(number) + " " + measure.unit;
}

int decimals_for(const Measure& measure, double value) {
  if (is_whole(measure)) {
    return 0;
  }
  if (form_of(measure) == ValueForm::nps) {
    return 1;
  }
  if (is_percentage(measure) || measure.kind == MeasureKind::rate) {
    return 1;
  }
  return std::abs(value) < 10 ? 2 : std::abs(value) < 1000 ? 1 : 0;
}

// "-12345.60", as the standard library writes it, in the reader's way.
std::string localised(Language language, std::string_view plain) {
  const Digits digits = digits_of(language);
  const std::size_t begin = plain.starts_with('-') ? 1 : 0;
  const std::size_t dot = std::min(plain.find('.'), plain.size());
  const std::size_t whole = dot - begin;
  std::string out;
  for (std::size_t at = 0; at < dot; ++at) {
    const bool between = at > begin && (dot - at) % 3 == 0;
    if (between && whole >= digits.grouped_from) {
      out += digits.group_mark;
    }
    out += plain[at];
  }
  if (dot < plain.size()) {
    out += digits.decimal_mark;
    out += plain.substr(dot + 1);
  }
  return out;
}

// Without trailing zeros: "95", "92.5".
std::string trimmed(Language language, double value) {
  std::string text = print_decimal(language, value, decimals_max);
  const std::string_view mark = digits_of(language).decimal_mark;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with(mark)) {
    text.erase(text.size() - mark.size());
  }
  return text;
}

// A share as a number of per cent with what keeps a finding from being rounded away.
std::string share_digits(Language language, double share, int decimals) {
  std::string text = print_decimal(language, share * 100, decimals);
  if (share > 0 && text.find_first_of("123456789") == std::string::npos) {
    return "<" + print_decimal(language, 0.1, 1);
  }
  if (share < 1 && text.starts_with("100")) {
    return ">" + print_decimal(language, 99.9, 1);
  }
  return text;
}

// The number of a value alone, without its unit.
std::string digits_in_unit(Language language, const Measure& measure, double value, int decimals) {
  return is_percentage(measure) ? share_digits(language, value, decimals)
                                : print_decimal(language, value, decimals);
}

std::string with_points(Language language, const Measure& measure, std::string number) {
  return is_percentage(measure) ? say(language, "points.share", {{"n", std::move(number)}})
                                : with_unit(language, measure, std::move(number));
}

// Of both ends of a range: as many as the larger one has.
int decimals_for(const Measure& measure, double low, double high) {
  return decimals_for(measure, std::max(std::abs(low), std::abs(high)));
}

// "mean 1.31, at most 37": of contacts or hand-offs, beside the share that is inside its bounds.
std::string values_beside(Language language, const Tally& tally) {
  return say(language, "counts.mean",
             {{"mean", print_decimal(language, tally.sum / static_cast<double>(tally.n), 2)},
              {"max", trimmed(language, tally.spread.get()->max.value_or(0))}});
}

}  // namespace

std::string print_count(Language language, std::int64_t n) {
  return localised(language, std::to_string(n));
}

std::string print_decimal(Language language, double value, int decimals) {
  std::array<char, 64> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                     std::chars_format::fixed, decimals);
  std::string_view text = written.ec == std::errc{} ? std::string_view(digits.data(), written.ptr)
                                                    : std::string_view("…");
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) {
    text.remove_prefix(1);
  }
  return localised(language, text);
}

std::string print_share(Language language, double share) {
  return say(language, "percent", {{"n", share_digits(language, share, 1)}});
}

std::string print_percent(Language language, double share) {
  return say(language, "percent", {{"n", trimmed(language, share * 100)}});
}

std::string print_value(Language language, const Measure& measure, double value,
                        std::optional<double> apart_from) {
  const double scale = is_percentage(measure) ? 100 : 1;
  int decimals = decimals_for(measure, value);
  constexpr double same = 1e-12;
  if (apart_from && std::abs(value - *apart_from) > same) {
    while (decimals < decimals_max && print_decimal(language, value * scale, decimals) ==
                                          print_decimal(language, *apart_from * scale, decimals)) {
      ++decimals;
    }
  }
  return with_unit(language, measure, digits_in_unit(language, measure, value, decimals));
}

std::string print_range(Language language, const Measure& measure, double low, double high) {
  const int decimals = decimals_for(measure, low, high);
  const std::string last = digits_in_unit(language, measure, high, decimals);
  return say(language, "range",
             {{"first", digits_in_unit(language, measure, low, decimals)},
              {"last", with_unit(language, measure, last)}});
}

std::string print_difference(Language language, const Measure& measure, double difference) {
  const double scale = is_percentage(measure) ? 100 : 1;
  const int decimals = decimals_for(measure, difference);
  return with_points(language, measure, print_decimal(language, difference * scale, decimals));
}

std::string print_difference_range(Language language, const Measure& measure, double low,
                                   double high) {
  const double scale = is_percentage(measure) ? 100 : 1;
  const int decimals = decimals_for(measure, low, high);
  const std::string last = print_decimal(language, high * scale, decimals);
  return say(language, "range",
             {{"first", print_decimal(language, low * scale, decimals)},
              {"last", with_points(language, measure, last)}});
}

std::string print_goal(Language language, const Measure& measure, double goal) {
  return with_unit(language, measure,
                   trimmed(language, is_percentage(measure) ? goal * 100 : goal));
}

std::string print_target(Language language, const Measure& measure, const TargetValue& target) {
  const std::string_view key =
      target.direction == Direction::at_least ? "target.at_least" : "target.at_most";
  return say(language, key, {{"value", print_goal(language, measure, target.goal)}});
}

std::string print_counts(Language language, const Measure& measure, const Tally& tally) {
  if (is_percentage(measure) || measure.kind == MeasureKind::rate) {
    return trimmed(language, tally.numerator) + "/" + trimmed(language, tally.denominator);
  }
  return is_whole(measure) ? "" : "n " + print_count(language, tally.n);
}

std::string print_counts_in_words(Language language, const Measure& measure, const Tally& tally) {
  const stats::Sketch* values = tally.spread.get();
  if (is_percentage(measure) || measure.kind == MeasureKind::rate) {
    const std::string beside = values != nullptr ? "; " + values_beside(language, tally) : "";
    return " (" +
           say(language, "counts",
               {{"hits", trimmed(language, tally.numerator)},
                {"cases", trimmed(language, tally.denominator)}}) +
           beside + ")";
  }
  if (form_of(measure) == ValueForm::quantile && values != nullptr) {
    return " (" +
           say(language, "counts.sketch",
               {{"n", print_count(language, tally.n)},
                {"error", print_share(language, stats::sketch_error(values->scale))}}) +
           ")";
  }
  return is_whole(measure) ? "" : " (n " + print_count(language, tally.n) + ")";
}

}  // namespace measured::rules
