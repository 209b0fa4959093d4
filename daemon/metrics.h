#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace measured::daemon {

// What only ever grows. Any thread may add; an addition is one atomic instruction.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// What goes up and down. A gauge that was never set is not shown: "never succeeded" is not
// "succeeded in 1970".
class Gauge {
 public:
  void set(double value) noexcept;
  void add(double delta) noexcept;  // from 0 when it was never set
  bool is_set() const noexcept { return set_.load(std::memory_order_acquire); }
  double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
  std::atomic<bool> set_{false};
};

// How values spread over fixed upper bounds (each inclusive, ascending, without +Inf).
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void observe(double value) noexcept;  // not-a-number is ignored

  std::span<const double> bounds() const { return bounds_; }
  // Observations of each bucket alone (not cumulative); one more than there are bounds.
  std::vector<std::uint64_t> counts() const;
  double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_{0};
};

// What a metric is called and how many series it may have. `name` follows OpenMetrics: lower case,
// the unit last, a counter without its `_total`.
struct MetricSpec {
  std::string name;
  std::string help;
  std::string unit = {};                 // "seconds", "bytes" or none; must end the name
  std::vector<std::string> labels = {};  // names, in the order of the values given to `with`
  std::size_t series_max = 1000;
};

// All series of one metric. Thread-safe. Handles stay usable after `remove`; they are then no
// longer shown.
template <class Instrument>
class Family {
 public:
  using Make = std::function<std::shared_ptr<Instrument>()>;
  using Series = std::map<std::vector<std::string>, std::shared_ptr<Instrument>>;

  Family(MetricSpec spec, Make make, Family<Counter>* refused)
      : spec_(std::move(spec)), make_(std::move(make)), refused_(refused) {}

  // The series with these label values, one for each label; made when it is new. Values are cut at
  // 200 bytes. Over `series_max` the answer is an instrument that nobody sees, and the refusal is
  // counted: a hostile or mistaken label must not eat the memory.
  std::shared_ptr<Instrument> with(std::initializer_list<std::string_view> values);

  // Shows the series no longer, as when a reload took its source away.
  void remove(std::initializer_list<std::string_view> values);

  Series series() const;  // by label values
  const MetricSpec& spec() const { return spec_; }

 private:
  MetricSpec spec_;
  Make make_;
  Family<Counter>* refused_;  // where refusals are counted; null for that one itself
  mutable std::mutex mutex_;
  Series series_;
};

// Every metric of one daemon. Names must begin with `measured_`, be well formed and stand here
// once; a breach is our bug and throws std::logic_error when the daemon is put together.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Family<Counter>& counter(MetricSpec spec);
  Family<Gauge>& gauge(MetricSpec spec);
  Family<Histogram>& histogram(MetricSpec spec, std::vector<double> bounds);
  // A series whose value is always 1 and whose labels are the message, e.g. the version.
  void info(MetricSpec spec, std::initializer_list<std::string_view> values);

  // OpenMetrics 1.0 text: metrics by name, series by label values, "# EOF" last. The same state
  // gives the same bytes. https://prometheus.io/docs/specs/om/open_metrics_spec/
  std::string render() const;

 private:
  struct Metric;
  template <class Instrument>
  Family<Instrument>& add(MetricSpec spec, typename Family<Instrument>::Make make);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Metric>> metrics_;
  Family<Counter>* refused_ = nullptr;
};

inline constexpr std::string_view openmetrics_type =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

}  // namespace measured::daemon
