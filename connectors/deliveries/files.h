#pragma once

#include <string>
#include <string_view>

#include "connectors/delivery.h"
#include "rules/result.h"

namespace measured::connectors {

// Writing files so that they are still there, whole, after the power fails: what a delivery into a
// file must have done before it may say "delivered". A Failure names the path and the system's
// reason; `never` means that the place itself is wrong (no permission, not a folder), `later` that
// it may pass (disk full).

// Makes the folder and its parents, for this user only.
rules::Result<void> make_folders(const std::string& folder);

// Writes `bytes` as `folder`/tmp/`name`, then moves it to `folder`/new/`name`: a reader of `new`
// sees all of it or nothing. A file of that name there is replaced.
rules::Result<void> write_and_move(const std::string& folder, const std::string& name,
                                   std::string_view bytes);

// Appends `line` (with its line end) to the file; makes it, and its folder, when absent. What a
// crash left of an earlier line, everything after the last line end, is removed first: it was never
// acknowledged, so it comes again. One writer at a time.
rules::Result<void> append_line(const std::string& path, std::string_view line);

// `path` as it stands in the settings, made absolute by the folder that it is relative to.
std::string resolved_path(const std::string& base_folder, const std::string& path);

// What the outbox is told about a Failure of the above.
Outcome file_outcome(const rules::Failure& failure);

}  // namespace measured::connectors
