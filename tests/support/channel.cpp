#include "tests/support/channel.h"

#include <stdexcept>

#include "rules/yaml/map_reader.h"

namespace measured::tests {

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

}  // namespace measured::tests
