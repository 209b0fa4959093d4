#include "daemon/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <variant>

#include <fmt/format.h>

#include "rules/ascii.h"
#include "rules/utf8.h"

// Why a registry of our own: the one ready-made library for C++ brings an HTTP server with a known
// hole, and what we need is small. Two rules keep it honest. Series are bounded: labels hold ids
// from the operator's own file and fixed words, never a customer's value, and a metric that reaches
// its cap refuses new series in plain sight (`measured_metrics_refused_total`). And a gauge that
// was never set is absent, so that an alert on "time since the last success" can tell "never" from
// "long ago" with absent().

namespace measured::daemon {
namespace {

constexpr std::size_t label_bytes_max = 200;

bool well_formed(std::string_view name) {
  const auto ok = [](char c) { return rules::is_lower(c) || rules::is_digit(c) || c == '_'; };
  return !name.empty() && !rules::is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), ok);
}

void require(bool holds, const MetricSpec& spec, std::string_view rule) {
  if (!holds) {
    throw std::logic_error(fmt::format("metric '{}': {}", spec.name, rule));
  }
}

void check(const MetricSpec& spec) {
  require(spec.name.starts_with("measured_") && well_formed(spec.name), spec,
          "a name is measured_ and lower case letters, digits and _");
  require(!spec.name.ends_with("_total"), spec, "_total is added to a counter's samples");
  require(!spec.help.empty(), spec, "help is missing");
  require(spec.unit.empty() || spec.name.ends_with("_" + spec.unit), spec,
          "the unit must end the name");
  for (const std::string& label : spec.labels) {
    require(well_formed(label) && label != "le", spec, "a label is malformed");
  }
}

std::vector<std::string> key_of(const MetricSpec& spec,
                                std::initializer_list<std::string_view> values) {
  require(values.size() == spec.labels.size(), spec, "one value for each label");
  std::vector<std::string> key;
  std::transform(values.begin(), values.end(), std::back_inserter(key),
                 [](std::string_view value) { return rules::short_utf8(value, label_bytes_max); });
  return key;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      case '\n': out += "\\n"; break;
      default: out += c; break;
    }
  }
  return out;
}

// The shortest text that reads back as the same number; "1.0", not "1", as the standard asks of
// `le`.
std::string number(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  char buffer[32];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value).ptr;
  std::string text(std::begin(buffer), end);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

// `{a="x",b="y"}`, with `extra` (already written) last; nothing where there is no label.
std::string labels_of(const MetricSpec& spec, const std::vector<std::string>& values,
                      const std::string& extra = {}) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", spec.labels[i], escaped(values[i]));
  }
  if (!extra.empty()) {
    out += (out.empty() ? "" : ",") + extra;
  }
  return out.empty() ? out : "{" + out + "}";
}

void write(std::string& out, const MetricSpec& spec, const std::vector<std::string>& values,
           const Counter& counter) {
  out += fmt::format("{}_total{} {}\n", spec.name, labels_of(spec, values), counter.value());
}

void write(std::string& out, const MetricSpec& spec, const std::vector<std::string>& values,
           const Gauge& gauge) {
  if (gauge.is_set()) {
    out += fmt::format("{}{} {}\n", spec.name, labels_of(spec, values), number(gauge.value()));
  }
}

void write(std::string& out, const MetricSpec& spec, const std::vector<std::string>& values,
           const Histogram& histogram) {
  const std::vector<std::uint64_t> counts = histogram.counts();
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    up_to += counts[i];
    const bool last = i == histogram.bounds().size();
    const std::string le = fmt::format("le=\"{}\"", last ? "+Inf" : number(histogram.bounds()[i]));
    out += fmt::format("{}_bucket{} {}\n", spec.name, labels_of(spec, values, le), up_to);
  }
  // The count is the last bucket's own figure, so that the two agree while other threads observe.
  out += fmt::format("{}_count{} {}\n", spec.name, labels_of(spec, values), up_to);
  out += fmt::format("{}_sum{} {}\n", spec.name, labels_of(spec, values), number(histogram.sum()));
}

constexpr std::string_view type_of(const Counter* /*kind*/) {
  return "counter";
}
constexpr std::string_view type_of(const Gauge* /*kind*/) {
  return "gauge";
}
constexpr std::string_view type_of(const Histogram* /*kind*/) {
  return "histogram";
}

void write_head(std::string& out, const MetricSpec& spec, std::string_view type) {
  out += fmt::format("# TYPE {} {}\n", spec.name, type);
  if (!spec.unit.empty()) {
    out += fmt::format("# UNIT {} {}\n", spec.name, spec.unit);
  }
  out += fmt::format("# HELP {} {}\n", spec.name, escaped(spec.help));
}

template <class Instrument>
void write_family(std::string& out, const Family<Instrument>& family) {
  write_head(out, family.spec(), type_of(static_cast<const Instrument*>(nullptr)));
  for (const auto& [values, instrument] : family.series()) {
    write(out, family.spec(), values, *instrument);
  }
}

// A metric whose labels are the message.
struct Info {
  MetricSpec spec;
  std::vector<std::string> values;
};

void write_family(std::string& out, const Info& info) {
  write_head(out, info.spec, "info");
  out += fmt::format("{}_info{} 1\n", info.spec.name, labels_of(info.spec, info.values));
}

}  // namespace

void Gauge::set(double value) noexcept {
  value_.store(value, std::memory_order_relaxed);
  set_.store(true, std::memory_order_release);
}

void Gauge::add(double delta) noexcept {
  value_.fetch_add(delta, std::memory_order_relaxed);
  set_.store(true, std::memory_order_release);
}

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

void Histogram::observe(double value) noexcept {
  if (std::isnan(value)) {
    return;
  }
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const {
  std::vector<std::uint64_t> out;
  for (const auto& count : counts_) {
    out.push_back(count.load(std::memory_order_relaxed));
  }
  return out;
}

template <class Instrument>
std::shared_ptr<Instrument> Family<Instrument>::with(
    std::initializer_list<std::string_view> values) {
  std::vector<std::string> key = key_of(spec_, values);
  const std::lock_guard lock(mutex_);
  if (const auto found = series_.find(key); found != series_.end()) {
    return found->second;
  }
  if (series_.size() >= spec_.series_max) {
    if (refused_ != nullptr) {
      refused_->with({spec_.name})->add();
    }
    return make_();
  }
  return series_.emplace(std::move(key), make_()).first->second;
}

template <class Instrument>
void Family<Instrument>::remove(std::initializer_list<std::string_view> values) {
  const std::vector<std::string> key = key_of(spec_, values);
  const std::lock_guard lock(mutex_);
  series_.erase(key);
}

template <class Instrument>
typename Family<Instrument>::Series Family<Instrument>::series() const {
  const std::lock_guard lock(mutex_);
  return series_;
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Registry::Metric {
  std::variant<std::unique_ptr<Family<Counter>>, std::unique_ptr<Family<Gauge>>,
               std::unique_ptr<Family<Histogram>>, std::unique_ptr<Info>>
      held;
};

Registry::Registry() {
  refused_ = &counter({.name = "measured_metrics_refused",
                       .help = "Look-ups of a new series refused because the metric is at its cap.",
                       .labels = {"metric"}});
}

Registry::~Registry() = default;

template <class Instrument>
Family<Instrument>& Registry::add(MetricSpec spec, typename Family<Instrument>::Make make) {
  check(spec);
  const std::lock_guard lock(mutex_);
  auto& metric = metrics_[spec.name];
  require(metric == nullptr, spec, "registered twice");
  auto family = std::make_unique<Family<Instrument>>(std::move(spec), std::move(make), refused_);
  Family<Instrument>& out = *family;
  metric = std::make_unique<Metric>(Metric{std::move(family)});
  return out;
}

Family<Counter>& Registry::counter(MetricSpec spec) {
  return add<Counter>(std::move(spec), [] { return std::make_shared<Counter>(); });
}

Family<Gauge>& Registry::gauge(MetricSpec spec) {
  return add<Gauge>(std::move(spec), [] { return std::make_shared<Gauge>(); });
}

Family<Histogram>& Registry::histogram(MetricSpec spec, std::vector<double> bounds) {
  require(std::is_sorted(bounds.begin(), bounds.end()), spec, "bounds must ascend");
  return add<Histogram>(std::move(spec), [bounds = std::move(bounds)] {
    return std::make_shared<Histogram>(bounds);
  });
}

void Registry::info(MetricSpec spec, std::initializer_list<std::string_view> values) {
  check(spec);
  auto info = std::make_unique<Info>();
  info->values = key_of(spec, values);
  info->spec = std::move(spec);
  const std::lock_guard lock(mutex_);
  auto& metric = metrics_[info->spec.name];
  require(metric == nullptr, info->spec, "registered twice");
  metric = std::make_unique<Metric>(Metric{std::move(info)});
}

std::string Registry::render() const {
  std::string out;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, metric] : metrics_) {
    std::visit([&out](const auto& family) { write_family(out, *family); }, metric->held);
  }
  return out + "# EOF\n";
}

}  // namespace measured::daemon
