// Whatever text is loaded as rules: no crash, no hang, and either a rule set or at least one error.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rules/load/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace measured::rules;  // NOLINT(google-build-using-namespace): the one function of
                                    // this file
  const std::string text(reinterpret_cast<const char*>(data), size);
  LoadContext context;
  context.sources = {{"s", "csv"}};
  context.channels = {{"m", "maildir"}, {"w", "webhook"}};
  context.channel_takes_mail = {{"m", true}, {"w", false}};
  RuleLoader loader;
  const LoadResult result = loader.load({{"fuzz.yaml", text}}, context);
  if ((result.rules == nullptr) != has_errors(result.diagnostics)) {
    std::abort();
  }
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (render(diagnostic, text).empty() || render_json(diagnostic).empty() ||
        diagnostic.code.empty()) {
      std::abort();
    }
  }
  return 0;
}
