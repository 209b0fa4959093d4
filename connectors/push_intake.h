#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/source.h"
#include "rules/result.h"
#include "rules/secret.h"
#include "rules/time/instant.h"

namespace measured::connectors {

// Where the batches go that others push to a source of kind push. Blocking; one thread at a time.
class PushIntake {
 public:
  virtual ~PushIntake() = default;

  struct Token {
    std::string name;  // for the log
    rules::Secret secret;
    std::vector<std::string> measures;  // it may push to; empty: all that read from this source
  };
  virtual const std::vector<Token>& tokens() const = 0;
  virtual bool has_table(std::string_view table) const = 0;

  enum class Kind {
    stored,    // all of it, durably
    known,     // this batch was stored before
    conflict,  // a batch of this id was stored before, with other content
    refused    // nothing of it was stored: `problem` says why
  };
  struct Taken {
    Kind kind = Kind::stored;
    std::string batch;
    std::int64_t rows = 0;
    std::string problem;
  };
  // `body`: {"batch": "an id of the sender's", "rows": [{…}, …]}. A Failure says that the store did
  // not work and the sender is to try again.
  virtual rules::Result<Taken> take(const std::string& table, const std::string& body,
                                    rules::Instant now) = 0;
};

// The intake of a source of kind push; null (with errors reported) when its settings are wrong.
std::unique_ptr<PushIntake> make_push_intake(const SourceContext& context,
                                             rules::MapReader& settings);

}  // namespace measured::connectors
