#include "connectors/sources/sql_pieces.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace measured::connectors {

std::string fill(std::string_view pattern, std::string_view expression) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t hole = pattern.find("{}"); hole != std::string_view::npos;
       hole = pattern.find("{}", at)) {
    text += pattern.substr(at, hole - at);
    text += expression;
    at = hole + 2;
  }
  text += pattern.substr(at);
  return text;
}

std::string fill_span(std::string_view pattern, std::string_view start, std::string_view end) {
  std::string text(pattern);
  for (const auto& [hole, expression] :
       {std::pair{std::string_view("{start}"), start}, std::pair{std::string_view("{end}"), end}}) {
    for (std::size_t at = text.find(hole); at != std::string::npos;
         at = text.find(hole, at + expression.size())) {
      text.replace(at, hole.size(), expression);
    }
  }
  return text;
}

std::string duration_of(const ScanMeasure& measure, const Dialect& dialect,
                        std::vector<std::string>& calendars) {
  const rules::KindParts& parts = measure.parts;
  const std::string start = enclosed(parts.start);
  const std::string end = enclosed(parts.end);
  if (parts.hours.empty()) {
    return fill_span(dialect.seconds, start, end);
  }
  auto known = std::ranges::find(calendars, parts.hours);
  if (known == calendars.end()) {
    known = calendars.insert(calendars.end(), parts.hours);
  }
  return fill_span(dialect.working(static_cast<std::size_t>(known - calendars.begin())), start,
                   end);
}

namespace {

rules::Failure refusal(const Scan& scan, const SqlPiece& piece, const SqlProblem& problem) {
  const std::string_view before = std::string_view(*piece.text).substr(0, problem.offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {rules::Failure::Retry::never,
          fmt::format("{}{}: {} (line {}, column {} of it)", blame(scan, piece.measure), piece.what,
                      problem.message, line, problem.offset - start + 1)};
}

}  // namespace

rules::Result<void> check_piece(const Scan& scan, const SqlPiece& piece, SqlFlavour flavour) {
  if (piece.text->empty()) {
    return {};
  }
  const auto tokens = split_sql(*piece.text, flavour);
  if (!tokens) {
    return tl::unexpected<rules::Failure>(refusal(scan, piece, tokens.error()));
  }
  for (const SqlToken& token : *tokens) {
    const bool bound = token.text == ":from" || token.text == ":to";
    if (token.kind == SqlToken::Kind::parameter && !(piece.bounds_allowed && bound)) {
      return tl::unexpected<rules::Failure>(refusal(
          scan, piece,
          {fmt::format("parameter '{}': only a query has parameters, :from and :to", token.text),
           token.offset}));
    }
  }
  return {};
}

std::string standard_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') {
      out += c;
    }
  }
  return out + "'";
}

std::string enclosed(std::string_view expression) {
  const bool open_ended = expression.find("--") != std::string_view::npos;
  return fmt::format("({}{})", expression, open_ended ? "\n" : "");
}

bool is_parenthesised(std::string_view relation, SqlFlavour flavour) {
  const auto tokens = split_sql(relation, flavour);
  int depth = 0;
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const std::string_view symbol = (*tokens)[i].text;
    depth += symbol == "(" ? 1 : symbol == ")" ? -1 : 0;
    if (depth == 0) {
      return i > 0 && i + 1 == tokens->size();
    }
  }
  return false;
}

}  // namespace measured::connectors
