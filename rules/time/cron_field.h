#pragma once

// Private to rules/time: one field of a cron expression.

#include <array>
#include <string_view>

#include "rules/time/plan.h"

namespace measured::rules {

struct CronField {
  enum class Kind { minute, hour, day_of_month, month, day_of_week };
  Kind kind;
  std::string_view name;
  int low;
  int high;
  int size;  // how many different values there are: 0 and 7 are both Sunday
};

inline constexpr std::array<CronField, 5> cron_fields{
    {{CronField::Kind::minute, "minute", 0, 59, 60},
     {CronField::Kind::hour, "hour", 0, 23, 24},
     {CronField::Kind::day_of_month, "day of month", 1, 31, 31},
     {CronField::Kind::month, "month", 1, 12, 12},
     {CronField::Kind::day_of_week, "day of week", 0, 7, 7}}};

// A comma list. The bits of plain items are returned; L, W and # go into `rule`.
tl::expected<std::uint64_t, ScheduleError> parse_cron_field(const CronField& field,
                                                            const Piece& piece, DayRule& rule);

}  // namespace measured::rules
