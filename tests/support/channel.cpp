#include "tests/support/channel.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "rules/yaml/map_reader.h"

namespace measured::testing {

Channel make_channel(std::string_view kind, const std::string& settings,
                     const std::string& base_folder) {
  Channel channel;
  const std::string text = "{" + settings + "}";
  const auto map = rules::parse_yaml("measured.yaml", text, {}, channel.problems);
  if (!map) {
    return channel;
  }
  rules::MapReader reader("measured.yaml", map, channel.problems);
  for (const connectors::DeliveryKind& row : connectors::delivery_kinds()) {
    if (row.name == kind) {
      channel.factory = row.make({"under-test", base_folder}, reader);
      reader.finish();
      return channel;
    }
  }
  throw std::invalid_argument("no delivery of kind " + std::string(kind));
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "measured-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error("no temporary folder");
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace measured::testing
