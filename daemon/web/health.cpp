#include "daemon/web/health.h"

#include <boost/json.hpp>

#include "daemon/metrics.h"
#include "rules/utf8.h"

namespace measured::daemon {
namespace {

constexpr std::size_t reason_bytes_max = 1024;

// A probe must be cheap to answer however many parts are sick, and still say how many.
constexpr std::size_t parts_max = 100;

WebResponse readiness(const std::vector<NotReady>& not_ready) {
  boost::json::array parts;
  for (const NotReady& item : not_ready) {
    if (parts.size() == parts_max) {
      break;
    }
    boost::json::object part;
    part["part"] = rules::short_utf8(item.part, reason_bytes_max);
    part["reason"] = rules::short_utf8(item.reason, reason_bytes_max);
    parts.push_back(std::move(part));
  }
  boost::json::object body;
  body["ready"] = not_ready.empty();
  body["not_ready_count"] = not_ready.size();
  body["not_ready"] = std::move(parts);
  return {.status = not_ready.empty() ? 200 : 503,
          .content_type = "application/json",
          .body = boost::json::serialize(body) + "\n"};
}

WebResponse metrics(const HealthSources& sources) {
  if (sources.refresh) {
    sources.refresh();
  }
  return {.content_type = std::string(openmetrics_type), .body = sources.metrics->render()};
}

}  // namespace

std::optional<WebResponse> answer_health(const WebRequest& request, const HealthSources& sources) {
  if (request.path != "/livez" && request.path != "/readyz" && request.path != "/metrics") {
    return std::nullopt;
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return WebResponse{.status = 405, .body = "write GET\n", .headers = {{"Allow", "GET, HEAD"}}};
  }
  if (request.path == "/livez") {
    return WebResponse{.body = "alive\n"};
  }
  if (request.path == "/readyz") {
    return readiness(sources.not_ready());
  }
  return metrics(sources);
}

}  // namespace measured::daemon
