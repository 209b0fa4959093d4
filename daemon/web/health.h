#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/web/server.h"

namespace measured::daemon {

class Registry;

// One thing that keeps the daemon from doing its whole job, e.g. {"source/shop", "connection
// refused"}. Reasons are read by people; they hold no secret.
struct NotReady {
  std::string part;
  std::string reason;
};

// What the probes show, asked for anew with each request, on the loop's thread.
struct HealthSources {
  std::function<std::vector<NotReady>()> not_ready = {};
  // Called before each rendering: brings gauges that are figures of a moment (ages) up to date.
  std::function<void()> refresh = {};
  const Registry* metrics = nullptr;
};

// `/livez` (200 as long as the loop turns), `/readyz` (200, or 503 with a JSON list of what is not
// ready) and `/metrics` (OpenMetrics). Nothing for any other path; 405 for another method.
std::optional<WebResponse> answer_health(const WebRequest& request, const HealthSources& sources);

}  // namespace measured::daemon
