// The horizontal axis. What is labelled follows the calendar, because a reader looks for months and
// years and not for every seventh point: the finest of a few rasters whose labels have room.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/picture/axis.h"
#include "rules/text/dates.h"
#include "rules/text/messages.h"

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

constexpr double between_min = 8;  // pixels between two labels

enum class Raster { each_point, each_day, month, quarter, half_year, year };

struct Tick {
  Raster raster = Raster::each_point;
  int years = 1;  // year: every so many
};
constexpr std::array ticks = {
    Tick{Raster::each_point}, Tick{Raster::each_day}, Tick{Raster::month},   Tick{Raster::quarter},
    Tick{Raster::half_year},  Tick{Raster::year, 1},  Tick{Raster::year, 2}, Tick{Raster::year, 5},
    Tick{Raster::year, 10},   Tick{Raster::year, 50}};

bool is_shorter_than_day(const Grain& grain) {
  return grain.kind == Grain::Kind::minutes || grain.kind == Grain::Kind::hour;
}

bool is_longer_than_week(const Grain& grain) {
  return !is_shorter_than_day(grain) && grain.kind != Grain::Kind::day &&
         grain.kind != Grain::Kind::week;
}

bool is_year(const Grain& grain) {
  return grain.kind == Grain::Kind::year || grain.kind == Grain::Kind::fiscal_year;
}

// Which unit of the raster a day is in.
int unit_of(const Tick& tick, local_days day) {
  const year_month_day date{day};
  const int year = static_cast<int>(date.year());
  const int month = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  switch (tick.raster) {
    case Raster::each_point:
    case Raster::each_day: return static_cast<int>(day.time_since_epoch().count());
    case Raster::month: return year * 12 + month;
    case Raster::quarter: return year * 4 + month / 3;
    case Raster::half_year: return year * 2 + month / 6;
    case Raster::year: return year / tick.years;
  }
  return 0;
}

std::string month_text(const ChartData& data, const year_month_day& date, bool with_year) {
  const unsigned month = static_cast<unsigned>(date.month());
  const std::string name = say(
      data.language, std::string("month.short.") + (month < 10 ? "0" : "") + std::to_string(month));
  return with_year ? name + " " + std::to_string(static_cast<int>(date.year())) : name;
}

std::string day_text(const ChartData& data, const year_month_day& date) {
  return say(data.language, "date.day",
             {{"day", std::to_string(static_cast<unsigned>(date.day()))},
              {"month", month_text(data, date, false)}});
}

std::string clock_text(LocalTime local) {
  const std::chrono::hh_mm_ss time{local - std::chrono::floor<days>(local)};
  return fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count());
}

// `first`: nothing to its left says the year.
std::string text_of(const ChartData& data, const Tick& tick, LocalTime local, bool first) {
  const year_month_day date{std::chrono::floor<days>(local)};
  const std::string year = std::to_string(static_cast<int>(date.year()));
  const bool january = date.month() == std::chrono::January;
  if (tick.raster == Raster::year || is_year(data.grain)) {
    return year;
  }
  if (tick.raster == Raster::each_day ||
      (tick.raster == Raster::each_point && !is_longer_than_week(data.grain))) {
    return is_shorter_than_day(data.grain) && tick.raster == Raster::each_point
               ? clock_text(local)
               : day_text(data, date);
  }
  return january ? year : month_text(data, date, first);
}

// The points at which a new unit of the raster begins.
std::vector<std::size_t> points_of(const ChartData& data, const Tick& tick) {
  std::vector<std::size_t> out;
  std::optional<int> before;
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    const LocalTime local = data.zone.local(data.points[i].period.start);
    const int unit = unit_of(tick, std::chrono::floor<days>(local));
    // A chart that begins in the midst of a unit says nothing about where that one began.
    const bool begins = before ? unit != *before : tick.raster <= Raster::each_day;
    if (tick.raster == Raster::each_point || begins) {
      out.push_back(i);
    }
    before = unit;
  }
  return out;
}

// The labels of one raster; none where they have no room.
std::vector<TimeLabel> labels_of(const ChartData& data, const std::vector<double>& xs,
                                 const std::vector<std::size_t>& points, const Tick& tick, double y,
                                 double size, double width) {
  constexpr std::size_t labels_max = 60;
  std::vector<TimeLabel> out;
  if (points.size() > labels_max) {
    return out;
  }
  for (const std::size_t point : points) {
    const LocalTime local = data.zone.local(data.points[point].period.start);
    TimeLabel label{point, {{xs[point], y}, text_of(data, tick, local, out.empty()), size}};
    label.label.ink = Ink::muted;
    label.label.anchor = Label::Anchor::middle;
    const double half = text_width(label.label.text, size) / 2;
    label.label.at.x = std::clamp(label.label.at.x, half, std::max(half, width - half));
    if (!out.empty() && box_of(out.back().label).right + between_min > box_of(label.label).left) {
      return {};
    }
    out.push_back(std::move(label));
  }
  return out;
}

}  // namespace

std::vector<TimeLabel> time_labels(const ChartData& data, const std::vector<double>& xs, double y,
                                   double size, double width) {
  if (data.points.empty()) {
    return {};
  }
  for (const Tick& tick : ticks) {
    auto labels = labels_of(data, xs, points_of(data, tick), tick, y, size, width);
    if (labels.size() > 1 || (labels.size() == 1 && data.points.size() == 1)) {
      return labels;
    }
  }
  // Less than two units of any raster that has room: the ends say where the chart is.
  const Tick tick{is_longer_than_week(data.grain) ? Raster::month : Raster::each_day};
  for (const auto& points : {std::vector<std::size_t>{0, data.points.size() - 1}, {0}}) {
    auto labels = labels_of(data, xs, points, tick, y, size, width);
    if (!labels.empty()) {
      return labels;
    }
  }
  return {};
}

}  // namespace measured::rules
