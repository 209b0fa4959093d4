// Events into a file, one JSON object a line, for whoever reads logs. The file is opened for each
// line, so that a tool may rotate it at any time. A message that is handed over again after a crash
// is a second line with the same id: readers count ids, not lines.
#include <algorithm>
#include <mutex>
#include <string>

#include "connectors/deliveries/files.h"
#include "connectors/deliveries/kinds.h"
#include "rules/text/json.h"
#include "rules/utf8.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

// A JSON body is kept as it is, digit by digit, not parsed and written again: only its line ends,
// which stand outside strings in valid JSON, become blanks. Any other body is a string.
std::string body_value(const Parcel& parcel) {
  const bool says_json = parcel.content_type.find("json") != std::string::npos;
  if (!says_json || rules::utf8_error(parcel.body) != std::string_view::npos ||
      !rules::parse_json(parcel.body)) {
    return rules::JsonWriter().value(parcel.body).text();
  }
  std::string body = parcel.body;
  std::ranges::replace_if(
      body, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return body;
}

std::string line_of(const Parcel& parcel, rules::Instant now) {
  rules::JsonWriter line;
  line.begin_object().member("id", parcel.id);
  if (!parcel.recipient.empty()) {
    line.member("recipient", parcel.recipient);
  }
  line.member("content_type", parcel.content_type);
  line.member("at", rules::to_text(now)).member("attempt", parcel.attempt);
  return line.text() + ",\"body\":" + body_value(parcel) + "}\n";
}

class JsonLines final : public Delivery {
 public:
  JsonLines(std::string path, std::shared_ptr<std::mutex> writing)
      : path_(std::move(path)), writing_(std::move(writing)) {}

  Outcome deliver(const Parcel& parcel, rules::Instant now, std::stop_token stop) override {
    if (stop.stop_requested()) {
      return {Outcome::Kind::retry, "stopped before it was written", 0, std::nullopt};
    }
    const std::string line = line_of(parcel, now);
    const std::lock_guard alone(*writing_);
    rules::Result<void> written = append_line(path_, line);
    return written ? Outcome{} : file_outcome(written.error());
  }

 private:
  std::string path_;
  std::shared_ptr<std::mutex>
      writing_;  // one for all instances of the channel: they share the file
};

}  // namespace

DeliveryKind::Factory make_jsonl(const ChannelContext& context, rules::MapReader& settings) {
  const std::string path = settings.text("path");
  if (path.empty()) {
    return nullptr;
  }
  const std::string file = resolved_path(context.base_folder, path);
  auto writing = std::make_shared<std::mutex>();
  return [file, writing] { return std::make_unique<JsonLines>(file, writing); };
}

}  // namespace measured::connectors
