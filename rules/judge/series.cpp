#include "rules/judge/series.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace measured::rules {
namespace {

constexpr std::uint32_t packed_max = std::numeric_limits<std::uint32_t>::max();

std::optional<std::uint32_t> as_u32(double value) {
  if (!(value >= 0 && value <= packed_max) || value != std::floor(value)) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

SeriesTable::SeriesTable(const Measure& measure, int depth) : depth_(std::max(depth, 1)) {
  switch (measure.kind) {
    case MeasureKind::count: form_ = Form::count; return;
    case MeasureKind::ratio:
    case MeasureKind::rate: form_ = Form::ratio; return;
    case MeasureKind::sum:
    case MeasureKind::mean:
    case MeasureKind::query:
    case MeasureKind::percentile:
    case MeasureKind::median:
    case MeasureKind::per_customer:
    case MeasureKind::handoffs:
    case MeasureKind::duration:
    case MeasureKind::survey: form_ = Form::wide; return;
  }
}

int SeriesTable::add_clock() {
  clocks_.push_back(Clock{std::vector<Interval>(static_cast<std::size_t>(depth_)), 0});
  return clocks() - 1;
}

void SeriesTable::open_period(int clock, const Interval& period) {
  Clock& at = clocks_[static_cast<std::size_t>(clock)];
  assert(at.end == 0 || this->period(clock, at.end - 1).end == period.start);
  at.ring[static_cast<std::size_t>(at.end % depth_)] = period;
  const std::int64_t number = at.end++;
  if (number < depth_) {
    return;  // the place was never used
  }
  for (int series = 0; series < size(); ++series) {
    if (clock_of(series) != clock) {
      continue;
    }
    if (form_ == Form::wide) {
      wide_[slot(series, number)].n = -1;
    } else {
      pairs_[slot(series, number)] = Pair{};
    }
  }
}

int SeriesTable::add_series(int clock, std::optional<int> parent) {
  const int series = size();
  const std::size_t places =
      (static_cast<std::size_t>(series) + 1) * static_cast<std::size_t>(depth_);
  if (form_ == Form::wide) {
    Tally none;
    none.n = -1;
    wide_.resize(places, none);
  } else {
    pairs_.resize(places);
  }
  clock_of_.push_back(clock);
  first_child_.push_back(-1);
  next_sibling_.push_back(-1);
  if (parent) {
    const auto above = static_cast<std::size_t>(*parent);
    next_sibling_.back() = first_child_[above];
    first_child_[above] = series;
  }
  return series;
}

void SeriesTable::reserve(int series) {
  const auto count = static_cast<std::size_t>(series);
  if (form_ == Form::wide) {
    wide_.reserve(count * static_cast<std::size_t>(depth_));
  } else {
    pairs_.reserve(count * static_cast<std::size_t>(depth_));
  }
  clock_of_.reserve(count);
  first_child_.reserve(count);
  next_sibling_.reserve(count);
}

bool SeriesTable::put(int series, Instant start, const Tally& tally) {
  Clock& clock = clocks_[static_cast<std::size_t>(clock_of(series))];
  const bool same = clock.put_last < clock.end &&
                    clock.ring[static_cast<std::size_t>(clock.put_last % depth_)].start == start;
  const std::optional<std::int64_t> number =
      same ? std::optional(clock.put_last) : period_at(clock_of(series), start);
  if (!number) {
    return false;
  }
  clock.put_last = *number;
  if (form_ != Form::wide) {
    if (const std::optional<Pair> pair = packed(tally)) {
      pairs_[slot(series, *number)] = *pair;
      return true;
    }
    widen();
  }
  wide_[slot(series, *number)] = tally;
  return true;
}

bool SeriesTable::erase(int series, Instant start) {
  const std::optional<std::int64_t> number = period_at(clock_of(series), start);
  if (!number) {
    return false;
  }
  if (form_ == Form::wide) {
    wide_[slot(series, *number)] = Tally{-1, 0, 0, 0, 0};
  } else {
    pairs_[slot(series, *number)] = Pair{};
  }
  return true;
}

std::int64_t SeriesTable::first_period(int clock) const {
  return std::max<std::int64_t>(end_period(clock) - depth_, 0);
}

std::int64_t SeriesTable::end_period(int clock) const {
  return clocks_[static_cast<std::size_t>(clock)].end;
}

const Interval& SeriesTable::period(int clock, std::int64_t number) const {
  assert(number >= first_period(clock) && number < end_period(clock));
  return clocks_[static_cast<std::size_t>(clock)].ring[static_cast<std::size_t>(number % depth_)];
}

std::optional<std::int64_t> SeriesTable::period_at(int clock, Instant start) const {
  std::int64_t low = first_period(clock);
  std::int64_t high = end_period(clock);
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (period(clock, middle).start < start) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const bool found = low < end_period(clock) && period(clock, low).start == start;
  return found ? std::optional(low) : std::nullopt;
}

std::optional<Tally> SeriesTable::at(int series, std::int64_t number) const {
  std::optional<Tally> total = own_at(slot(series, number));
  // A child in another zone has other edges: its bucket counts for the parent's period that holds
  // the middle of it, so that a Monday stays a Monday.
  const Interval& span = period(clock_of(series), number);
  for (int child = first_child_[static_cast<std::size_t>(series)]; child >= 0;
       child = next_sibling_[static_cast<std::size_t>(child)]) {
    std::optional<std::int64_t> same = number;
    if (const int clock = clock_of(child); clock != clock_of(series)) {
      same.reset();
      for (std::int64_t n = first_period(clock); n < end_period(clock); ++n) {
        const Interval& other = period(clock, n);
        if (span.contains(other.start + (other.end - other.start) / 2)) {
          same = n;
          break;
        }
      }
    }
    const std::optional<Tally> part = same ? at(child, *same) : std::nullopt;
    if (part) {
      total = total.value_or(Tally{});
      *total += *part;
    }
  }
  return total;
}

WindowSum SeriesTable::sum(int series, std::int64_t from, std::int64_t to) const {
  if (first_child_[static_cast<std::size_t>(series)] < 0) {
    return own_sum(series, from, to);
  }
  WindowSum sum;
  for (std::int64_t number = from; number < to; ++number) {
    if (const std::optional<Tally> part = at(series, number)) {
      sum.tally += *part;
      ++sum.periods_present;
    }
  }
  return sum;
}

WindowSum SeriesTable::own_sum(int series, std::int64_t from, std::int64_t to) const {
  WindowSum sum;
  if (form_ == Form::wide) {
    for (std::int64_t number = from; number < to; ++number) {
      if (const std::optional<Tally> part = own_at(slot(series, number))) {
        sum.tally += *part;
        ++sum.periods_present;
      }
    }
    return sum;
  }
  // The ring is read as at most two straight runs, in integers, which the compiler vectorises.
  const Pair* ring =
      pairs_.data() + static_cast<std::size_t>(series) * static_cast<std::size_t>(depth_);
  std::uint64_t numerator = 0;
  std::uint64_t denominator = 0;
  int present = 0;
  const auto add_run = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t place = begin; place < end; ++place) {
      numerator += ring[place].numerator;
      denominator += ring[place].denominator;
      present += ring[place].denominator != 0 ? 1 : 0;
    }
  };
  const std::int64_t begin = from % depth_;
  const std::int64_t count = to - from;
  add_run(begin, std::min<std::int64_t>(begin + count, depth_));
  add_run(0, std::max<std::int64_t>(begin + count - depth_, 0));
  sum.periods_present = present;
  if (form_ == Form::count) {
    sum.tally.n = static_cast<std::int64_t>(numerator);
  } else {
    sum.tally.n = static_cast<std::int64_t>(denominator);
    sum.tally.numerator = static_cast<double>(numerator);
    sum.tally.denominator = static_cast<double>(denominator);
  }
  return sum;
}

std::size_t SeriesTable::bytes() const {
  return pairs_.capacity() * sizeof(Pair) + wide_.capacity() * sizeof(Tally) +
         (clock_of_.capacity() + first_child_.capacity() + next_sibling_.capacity()) * sizeof(int) +
         clocks_.size() * static_cast<std::size_t>(depth_) * sizeof(Interval);
}

std::size_t SeriesTable::slot(int series, std::int64_t number) const {
  return static_cast<std::size_t>(series) * static_cast<std::size_t>(depth_) +
         static_cast<std::size_t>(number % depth_);
}

std::optional<SeriesTable::Pair> SeriesTable::packed(const Tally& tally) const {
  if (tally.sum != 0 || tally.sum_sq != 0 || tally.asked != 0 || tally.spread) {
    return std::nullopt;
  }
  if (form_ == Form::count) {
    const std::optional<std::uint32_t> n = as_u32(static_cast<double>(tally.n));
    const bool fits = n && tally.numerator == 0 && tally.denominator == 0;
    return fits ? std::optional(Pair{*n, 1}) : std::nullopt;
  }
  const std::optional<std::uint32_t> numerator = as_u32(tally.numerator);
  const std::optional<std::uint32_t> denominator = as_u32(tally.denominator);
  // Nothing to divide by is no bucket: a ratio without cases says nothing.
  const bool fits = numerator && denominator &&
                    tally.n == static_cast<std::int64_t>(*denominator) &&
                    (*denominator > 0 || *numerator == 0);
  return fits ? std::optional(Pair{*numerator, *denominator}) : std::nullopt;
}

Tally SeriesTable::unpacked(const Pair& pair) const {
  if (form_ == Form::count) {
    return Tally{pair.numerator, 0, 0, 0, 0};
  }
  return Tally{pair.denominator, static_cast<double>(pair.numerator),
               static_cast<double>(pair.denominator), 0, 0};
}

std::optional<Tally> SeriesTable::own_at(std::size_t slot) const {
  if (form_ == Form::wide) {
    return wide_[slot].n >= 0 ? std::optional(wide_[slot]) : std::nullopt;
  }
  return pairs_[slot].denominator != 0 ? std::optional(unpacked(pairs_[slot])) : std::nullopt;
}

// A value that does not fit the packed form moves the whole table to the wide one; that happens to
// data no ordinary measure has (more than four billion rows in one bucket, a denominator that is
// not the number of rows), so it may cost.
void SeriesTable::widen() {
  wide_.reserve(pairs_.size());
  for (const Pair& pair : pairs_) {
    wide_.push_back(pair.denominator != 0 ? unpacked(pair) : Tally{-1, 0, 0, 0, 0});
  }
  pairs_ = {};
  form_ = Form::wide;
}

int depth_for(const Measure& measure) {
  constexpr int depth_min = 32;
  constexpr int hours_of_a_week = 7 * 24;
  const bool hourly =
      measure.period.kind == Grain::Kind::hour || measure.period.kind == Grain::Kind::minutes;
  return std::max(depth_min, measure.window + (hourly ? hours_of_a_week : 4));
}

}  // namespace measured::rules
