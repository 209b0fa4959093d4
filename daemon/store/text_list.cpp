#include "daemon/store/text_list.h"

#include <boost/json.hpp>

namespace measured::daemon {

std::string to_json(std::span<const std::string> texts) {
  boost::json::array array;
  array.reserve(texts.size());
  for (const std::string& text : texts) {
    array.emplace_back(text);
  }
  return boost::json::serialize(array);
}

std::vector<std::string> texts_from_json(std::string_view json) {
  boost::system::error_code error;
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  std::vector<std::string> texts;
  if (error || !value.is_array()) {
    return texts;
  }
  for (const boost::json::value& item : value.get_array()) {
    if (item.is_string()) {
      texts.emplace_back(item.get_string());
    }
  }
  return texts;
}

}  // namespace measured::daemon
