#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/delivery.h"
#include "rules/diagnostic.h"

namespace measured::testing {

// A channel made from settings as an operator writes them ("path: out, per_recipient: true"), the
// way the daemon makes it. `factory` is empty when the settings are wrong, and `problems` says why.
struct Channel {
  connectors::DeliveryKind::Factory factory;
  rules::Diagnostics problems;

  std::unique_ptr<connectors::Delivery> open() const { return factory(); }
};

Channel make_channel(std::string_view kind, const std::string& settings,
                     const std::string& base_folder = "/");

// A folder of its own for one test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + '/' + std::string(name); }

 private:
  std::string path_;
};

std::string file_text(const std::string& path);

}  // namespace measured::testing
