#include <fmt/format.h>

#include "rules/load/reading.h"

namespace measured::rules {
namespace {

// "0..4 weeks" or "2 weeks": whole periods of the outcome, named so that the author says which.
void read_lag(MapReader& map, Driver& driver) {
  const std::string text = map.text("lag", "");
  if (text.empty()) {
    return;
  }
  const auto blank = text.find(' ');
  const std::string numbers = text.substr(0, blank);
  const std::string unit = blank == std::string::npos ? "" : text.substr(blank + 1);
  const auto dots = numbers.find("..");
  const auto low = parse_integer(numbers.substr(0, dots));
  const auto high = dots == std::string::npos ? low : parse_integer(numbers.substr(dots + 2));
  const bool unit_known = unit == "days" || unit == "weeks" || unit == "months" ||
                          unit == "quarters" || unit == "periods" || unit == "day" ||
                          unit == "week" || unit == "month" || unit == "quarter" ||
                          unit == "period";
  constexpr std::int64_t lag_max = 60;  // periods; more than any history can show
  if (!low || !high || !unit_known || *low < 0 || *high < *low || *high > lag_max) {
    map.error(map.place("lag"), "bad-lag", fmt::format("'{}' is not a lag", text),
              "write for example '0..4 weeks'");
    return;
  }
  driver.expect_lag_min = static_cast<int>(*low);
  driver.expect_lag_max = static_cast<int>(*high);
}

}  // namespace

void read_driver(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading) {
  Driver driver;
  driver.id = id;
  driver.place = place;
  driver.title = map.text("title", id);
  driver.outcome = read_reference(map, "outcome", Reference::To::outcome, reading);
  if (std::optional<MapReader> expect = map.map("expect")) {
    const std::string sign = expect->choice("sign", "", {"+", "-"});
    if (!sign.empty()) {
      driver.expect_sign = sign == "+" ? 1 : -1;
    }
    read_lag(*expect, driver);
    expect->finish();
  }
  driver.owner = map.text("owner", "");
  driver.why = map.text("why", "");
  map.finish();
  reading.rules.drivers.push_back(std::move(driver));
}

}  // namespace measured::rules
