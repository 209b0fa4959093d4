#pragma once

#include <string>

namespace measured::tests {

struct HttpAnswer {
  int status = 0;  // 0: nobody answered
  std::string body;
};

// GET of `path` from "127.0.0.1:8787", on a connection of its own, within a few seconds.
HttpAnswer http_get(const std::string& address, const std::string& path);

}  // namespace measured::tests
