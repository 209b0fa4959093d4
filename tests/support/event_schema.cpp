#include "tests/support/event_schema.h"

#include <algorithm>
#include <regex>

#include <boost/json.hpp>

#include "tests/support/files.h"

namespace measured::tests {
namespace {

namespace json = boost::json;

json::value schema() {
  return json::parse(tests::file_text(tests::repository_file("docs/event/event.schema.json")));
}

bool has_type(const json::value& value, std::string_view type) {
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool()) ||
         (type == "null" && value.is_null()) || (type == "number" && value.is_number()) ||
         (type == "integer" && (value.is_int64() || value.is_uint64()));
}

void check(const json::value& value, const json::object& rule, const std::string& path,
           std::vector<std::string>& problems);

void check_text(const json::value& value, const json::object& rule, const std::string& path,
                std::vector<std::string>& problems) {
  const std::string text(value.as_string());
  if (rule.contains("pattern") &&
      !std::regex_search(text, std::regex(std::string(rule.at("pattern").as_string())))) {
    problems.push_back(path + ": pattern");
  }
  if (rule.contains("maxLength") &&
      text.size() > static_cast<std::size_t>(rule.at("maxLength").as_int64())) {
    problems.push_back(path + ": too long");
  }
  static const std::regex date_time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))");
  if (rule.contains("format") && rule.at("format") == "date-time" &&
      !std::regex_match(text, date_time)) {
    problems.push_back(path + ": not a date-time");
  }
}

void check_object(const json::object& object, const json::object& rule, const std::string& path,
                  std::vector<std::string>& problems) {
  if (rule.contains("required")) {
    for (const json::value& name : rule.at("required").as_array()) {
      if (!object.contains(name.as_string())) {
        problems.push_back(path + ": lacks " + std::string(name.as_string()));
      }
    }
  }
  if (rule.contains("if")) {
    std::vector<std::string> unlike;
    check(object, rule.at("if").as_object(), path, unlike);
    check(object, rule.at(unlike.empty() ? "then" : "else").as_object(), path, problems);
  }
  if (!rule.contains("properties")) {
    return;
  }
  for (const auto& [name, inner] : rule.at("properties").as_object()) {
    if (object.contains(name)) {
      check(object.at(name), inner.as_object(), path + "/" + std::string(name), problems);
    }
  }
}

// The part of JSON Schema that the event's schema uses.
void check(const json::value& value, const json::object& rule, const std::string& path,
           std::vector<std::string>& problems) {
  if (rule.contains("const") && value != rule.at("const")) {
    problems.push_back(path + ": not the constant");
  }
  if (rule.contains("enum")) {
    const json::array& allowed = rule.at("enum").as_array();
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      problems.push_back(path + ": not in enum");
    }
  }
  if (rule.contains("type")) {
    const json::value& type = rule.at("type");
    const bool fits =
        type.is_array()
            ? std::any_of(type.as_array().begin(), type.as_array().end(),
                          [&](const json::value& one) { return has_type(value, one.as_string()); })
            : has_type(value, type.as_string());
    if (!fits) {
      problems.push_back(path + ": wrong type");
      return;
    }
  }
  if (rule.contains("minimum") &&
      value.to_number<double>() < rule.at("minimum").to_number<double>()) {
    problems.push_back(path + ": below minimum");
  }
  if (value.is_string()) {
    check_text(value, rule, path, problems);
  } else if (value.is_object()) {
    check_object(value.as_object(), rule, path, problems);
  } else if (value.is_array() && rule.contains("items")) {
    for (const json::value& item : value.as_array()) {
      check(item, rule.at("items").as_object(), path + "/*", problems);
    }
  }
}

}  // namespace

std::vector<std::string> problems_of(std::string event) {
  const std::size_t at = event.find("{sequence}");
  event.replace(at, std::string_view("{sequence}").size(), "00000000000000004711");
  std::vector<std::string> problems;
  check(json::parse(event), schema().as_object(), "", problems);
  return problems;
}

}  // namespace measured::tests
