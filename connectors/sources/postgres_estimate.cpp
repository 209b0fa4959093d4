#include "connectors/sources/postgres_estimate.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace measured::connectors {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& node, std::string_view key) {
  const json::value* value = node.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

double number_at(const json::object& node, std::string_view key) {
  const json::value* value = node.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::string size_text(double bytes) {
  constexpr double unit = 1024;
  for (const char* name : {"B", "KiB", "MiB"}) {
    if (bytes < unit) {
      return fmt::format("{:.1f} {}", bytes, name);
    }
    bytes /= unit;
  }
  return fmt::format("{:.1f} GiB", bytes);
}

// A relation that is read from end to end.
struct Relation {
  std::string name;  // with its schema, quoted as SQL has it
  double rows = 0;
  double bytes = 0;
  std::string parent;            // of a partition: what it is a part of
  bool time_is_indexed = false;  // an index begins with the time expression
};

class Estimator {
 public:
  Estimator(pqxx::read_transaction& transaction, std::string_view time,
            std::size_t sequential_bytes_max)
      : transaction_(transaction), time_(time), sequential_bytes_max_(sequential_bytes_max) {}

  // The nodes without nodes below them are those that read.
  void walk(const json::object& node) {
    const std::string name = text_at(node, "Relation Name");
    if (!name.empty()) {
      read(node, name);
    }
    if (const json::value* below = node.if_contains("Plans"); below != nullptr) {
      for (const json::value& one : below->as_array()) {
        walk(one.as_object());
      }
    }
  }

  ScanEstimate finish(const json::object& top) && {
    estimate_.cost = number_at(top, "Total Cost");
    estimate_.rows_returned = number_at(top, "Plan Rows");
    double bytes = 0;
    double rows = 0;
    for (const Relation& one : whole_) {
      bytes += one.bytes;
      rows += one.rows;
    }
    if (bytes > static_cast<double>(sequential_bytes_max_)) {
      const Relation& first = whole_.front();
      const std::string named = first.parent.empty() ? first.name : first.parent;
      const std::string others =
          whole_.size() > 1 ? fmt::format(" ({} relations)", whole_.size()) : "";
      estimate_.warnings.push_back(fmt::format(
          "reads all of {}{}: {} in about {:.0f} rows, more than 'sequential_bytes_max' ({})",
          named, others, size_text(bytes), rows,
          size_text(static_cast<double>(sequential_bytes_max_))));
      if (first.time_is_indexed) {
        estimate_.advice.push_back(fmt::format(
            "an index on {} is there: the time asked for is most of the table, or the statistics "
            "are old (analyze {})",
            time_, named));
      } else {
        estimate_.advice.push_back(index_on(named, !first.parent.empty()));
      }
    }
    return std::move(estimate_);
  }

 private:
  // Only plain names need no second pair of parentheses.
  std::string index_on(const std::string& relation, bool partitioned) const {
    const bool plain = std::ranges::all_of(
        time_, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    return fmt::format("create index {}on {} ({})", partitioned ? "" : "concurrently ", relation,
                       plain ? std::string(time_) : fmt::format("({})", time_));
  }

  // Of a bitmap scan the node below names it.
  static std::string index_of(const json::object& node) {
    std::string index = text_at(node, "Index Name");
    const json::value* below = node.if_contains("Plans");
    if (index.empty() && below != nullptr && !below->as_array().empty()) {
      index = text_at(below->as_array().front().as_object(), "Index Name");
    }
    return index;
  }

  void read(const json::object& node, const std::string& name) {
    const std::string index = index_of(node);
    const std::string kind = text_at(node, "Node Type");
    if (kind != "Seq Scan") {
      estimate_.rows_read += number_at(node, "Plan Rows");
      estimate_.reads.push_back(index.empty() ? fmt::format("{} ({})", name, kind)
                                              : fmt::format("{} by index {}", name, index));
      return;
    }
    const pqxx::result rows = transaction_.exec_params(
        "select format('%I.%I', n.nspname, c.relname), greatest(c.reltuples, 0), "
        "pg_relation_size(c.oid), coalesce((select format('%I.%I', m.nspname, p.relname) from "
        "pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace m on m.oid = "
        "p.relnamespace where i.inhrelid = c.oid limit 1), ''), exists (select from pg_index x "
        "where x.indrelid = c.oid and x.indisvalid and pg_get_indexdef(x.indexrelid, 1, true) = "
        "$3) "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and "
        "c.relname = $2",
        text_at(node, "Schema"), name, std::string(time_));
    Relation relation{name, number_at(node, "Plan Rows"), 0, "", false};
    if (!rows.empty()) {
      relation = {rows[0][0].as<std::string>(), rows[0][1].as<double>(), rows[0][2].as<double>(),
                  rows[0][3].as<std::string>(), rows[0][4].as<bool>()};
    }
    estimate_.rows_read += relation.rows;
    estimate_.reads.push_back(
        fmt::format("{} from end to end ({})", name, size_text(relation.bytes)));
    whole_.push_back(std::move(relation));
  }

  pqxx::read_transaction& transaction_;
  std::string_view time_;
  std::size_t sequential_bytes_max_;
  ScanEstimate estimate_;
  std::vector<Relation> whole_;
};

}  // namespace

rules::Result<ScanEstimate> estimate_of(pqxx::read_transaction& transaction, const std::string& sql,
                                        const std::vector<std::string>& values,
                                        std::string_view time, std::size_t sequential_bytes_max) {
  const pqxx::result rows = transaction.exec_params("explain (format json, verbose)\n" + sql,
                                                    pqxx::prepare::make_dynamic_params(values));
  boost::system::error_code error;
  const json::value plan = json::parse(rows.empty() ? "" : rows[0][0].c_str(), error);
  const auto* list = plan.if_array();
  const auto* first = list != nullptr && !list->empty() ? list->front().if_object() : nullptr;
  const json::value* top = first != nullptr ? first->if_contains("Plan") : nullptr;
  if (error || top == nullptr || !top->is_object()) {
    return rules::give_up("the answer to EXPLAIN has no plan");
  }
  Estimator estimator(transaction, time, sequential_bytes_max);
  estimator.walk(top->as_object());
  return std::move(estimator).finish(top->as_object());
}

}  // namespace measured::connectors
