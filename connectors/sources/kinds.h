#pragma once

#include <memory>

#include "connectors/source.h"

// What kinds.cpp lists. Each is in the file named after it.
namespace measured::connectors {

std::unique_ptr<Source> make_csv(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_http(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_jsonl(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_odbc(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_postgres(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_prometheus(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_push(const SourceContext& context, rules::MapReader& settings);
std::unique_ptr<Source> make_sqlite(const SourceContext& context, rules::MapReader& settings);

}  // namespace measured::connectors
