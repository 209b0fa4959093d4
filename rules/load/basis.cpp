#include "rules/judge/inference.h"
#include "rules/load/reading.h"

namespace measured::rules {

// What is known of the cases beside those counted: that they are a sample, or how many there will
// be.
void read_basis(MapReader& map, Measure& measure, Reading& reading) {
  const std::string basis = map.choice(
      "basis", measure.kind == MeasureKind::survey ? "sample" : "census", {"census", "sample"});
  measure.basis = basis == "sample" ? Basis::sample : Basis::census;
  if (measure.basis == Basis::sample && !is_sampled(measure)) {
    map.error(map.place("basis"), "bad-basis", "only a share or a mean can rest on a sample",
              "leave the key out: a count or sum counts what is there");
  }
  if (!map.has("expected")) {
    return;
  }
  if (!is_share(measure) || measure.basis == Basis::sample) {
    map.error(map.key_place("expected"), "bad-expected",
              "only a share of all cases can be decided before its period is over",
              "leave the key out");
  }
  const std::string text = map.text("expected");
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (is_number) {
    constexpr std::int64_t cases_max = 1'000'000'000;
    measure.expected = map.integer("expected", 1, 1, cases_max);
  } else {
    measure.expected_by = read_reference(map, "expected", Reference::To::measure, reading);
  }
}

}  // namespace measured::rules
