#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model/measure.h"
#include "rules/text/language.h"
#include "tests/support/judging.h"

// What statistics can be told in, from true results; the golden files are to be read aloud, as a
// manager would.
namespace measured::rules {

using Values = std::vector<std::optional<double>>;

// What was said, line by line, each below what it is about.
class Record {
 public:
  explicit Record(Language of) : language(of) {}
  void operator()(std::string_view about, const std::string& sentence) {
    text += "# " + std::string(about) + "\n" + sentence + "\n";
  }
  Language language;
  std::string text;
};

inline Measure hours_taken() {
  Measure measure = tests::on_time();
  measure.kind = MeasureKind::mean;
  measure.unit = "h";
  return measure;
}

void tell_shares(Record& say_of);
void tell_values(Record& say_of);
void tell_charts(Record& say_of);
void tell_trends(Record& say_of);

}  // namespace measured::rules
