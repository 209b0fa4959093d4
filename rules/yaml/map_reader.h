#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/result.h"
#include "rules/units.h"
#include "rules/yaml/document.h"

namespace measured::rules {

// Replaces `${env:NAME}`, `${file:PATH}` and `${cred:NAME}` in a string value. Handed in from
// outside, because rules do not read the environment; absent where such references are not allowed.
using Expand = std::function<Result<std::string>(std::string_view text)>;

// Reads one YAML map and says where anything wrong with it stands. Asking for a key is what
// declares it: finish() reports every key that nobody asked for, with the nearest one that somebody
// did, so the schema cannot drift from the reader. Each getter reports a wrong value itself and
// then returns the fallback, so that all problems of all files are found in one go.
class MapReader {
 public:
  // A null node is an empty map; any other kind is reported. `out` must outlive the reader.
  MapReader(std::string file, std::shared_ptr<const YamlNode> map, Diagnostics& out,
            Expand expand = {});

  // A reader of another map of the same document.
  MapReader reader_of(const YamlNode& node) const;
  // The same for the map under a key: what is missing in it is reported at that key.
  MapReader reader_of(const YamlNode::Entry& entry) const;
  // A pointer to a node of this document that keeps the document.
  std::shared_ptr<const YamlNode> share(const YamlNode& node) const { return {map_, &node}; }

  bool has(std::string_view key);  // declares it too

  std::string text(std::string_view key);                             // required, not empty
  std::string text(std::string_view key, std::string_view fallback);  // optional
  bool boolean(std::string_view key, bool fallback);                  // true or false, nothing else
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                       std::int64_t max);
  std::optional<double> number(std::string_view key);
  // "15m", "28d", "4w", "1h30m"; a bare number is an error that says which units there are.
  std::chrono::seconds duration(std::string_view key, std::chrono::seconds fallback);
  std::size_t bytes(std::string_view key, std::size_t fallback);  // "64 KiB", "8 MiB", "1 GiB"
  // One of `allowed`; the error lists them.
  std::string choice(std::string_view key, std::string_view fallback,
                     std::initializer_list<std::string_view> allowed);
  std::vector<std::string> texts(
      std::string_view key);  // a list of scalars, or one scalar; empty when absent

  // Any quantity of rules/units.h; none when absent or wrong.
  template <class Value>
  std::optional<Value> quantity(std::string_view key,
                                UnitResult<Value> (*parse)(std::string_view)) {
    const YamlNode* node = scalar_at(key);
    return node == nullptr ? std::nullopt : quantity_of(*node, parse);
  }
  template <class Value>
  std::optional<Value> quantity_of(const YamlNode& scalar,
                                   UnitResult<Value> (*parse)(std::string_view)) {
    UnitResult<Value> value = parse(expanded(scalar));
    if (value) {
      return *value;
    }
    report_quantity(scalar, std::move(value.error()));
    return std::nullopt;
  }

  std::shared_ptr<const YamlNode> node(
      std::string_view key);  // null when absent; the caller reads it
  std::optional<MapReader> map(
      std::string_view key);  // a reader of the map there; reports another kind

  // The place of a value (of the map, when there is none), of a key, and of the map: its key, or
  // where it begins when it has none.
  SourceSpan place(std::string_view key) const;
  SourceSpan key_place(std::string_view key) const;
  SourceSpan place() const;
  SourceSpan place_of(const YamlNode& node) const;
  SourceSpan place_of(const YamlNode::Entry& entry) const;  // of its key

  void error(const SourceSpan& where, std::string code, std::string message, std::string help = "");
  void warning(const SourceSpan& where, std::string code, std::string message,
               std::string help = "");

  // Reports the keys that nobody asked for. The last call on a reader.
  void finish();

  const std::string& file() const { return file_; }
  const YamlNode& yaml() const { return *map_; }
  Diagnostics& diagnostics() { return *out_; }

 private:
  const YamlNode::Entry* find(std::string_view key);
  const YamlNode* scalar_at(std::string_view key);  // null when absent or (reported) not a scalar
  std::string expanded(const YamlNode& node);
  void report_quantity(const YamlNode& node, UnitError wrong);

  std::string file_;
  std::shared_ptr<const YamlNode> map_;
  SourceSpan place_;
  Diagnostics* out_;
  Expand expand_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace measured::rules
