#include "tests/support/vectors.h"

#include <cstdlib>
#include <stdexcept>

#include <boost/json.hpp>

#include "tests/support/files.h"

namespace measured::tests {

boost::json::object vector_file(const std::string& name, const char* cases) {
  const char* elsewhere = std::getenv("MEASURED_VECTORS");
  const std::string folder = elsewhere != nullptr ? elsewhere : repository_file("tests/vectors");
  const std::string path = folder + '/' + name;
  boost::json::object document = boost::json::parse(file_text(path)).as_object();
  const boost::json::value* list = document.if_contains(cases);
  if (list == nullptr || list->as_array().empty()) {
    throw std::runtime_error(path + ": no " + cases);
  }
  return document;
}

}  // namespace measured::tests
