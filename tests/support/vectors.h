#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace measured::tests {

// tests/vectors/<name>: what other programs computed. The folder is MEASURED_VECTORS if that is
// set, so that vectors which are not in the repository can be run too. Throws where the file cannot
// be read or its list `cases` is missing or empty: such a file is a failed test, not a skipped one.
boost::json::object vector_file(const std::string& name, const char* cases);

}  // namespace measured::tests
