#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/digest/content.h"
#include "rules/result.h"

namespace measured::rules {

// What is wrong with a template, and where: lines and columns (in bytes) count from 1.
struct LayoutProblem {
  int line = 1;
  int column = 1;
  std::string message;
  std::string help;
};

// Everything that is wrong with a Mustache template of a digest's HTML: its tags, the names it uses
// where there are none of that name, and what a mail must not have (scripts, anything that is
// loaded from elsewhere). A template without problems renders every digest. Values are always
// escaped, so the tags that would not do so are refused, as are partials and other delimiters.
std::vector<LayoutProblem> check_layout(std::string_view text);

// The page laid out by a template. A Failure (for good) where the template cannot be used after
// all.
Result<std::string> render_layout(const std::string& text, const DigestContent& content);

// The page as its digest wants it: by the template, or as ours where it has none. Where a template
// fails, ours too, and `problem` says why.
struct LaidOut {
  std::string html;
  std::string problem;
};
LaidOut lay_out(const Digest& digest, const DigestContent& content);

inline constexpr std::size_t layout_bytes_max = 256UL << 10;  // of a template
inline constexpr std::size_t laid_out_bytes_max = 2UL << 20;  // of a page

// Names that a template may use, each with the scope that it stands in: "page title",
// "row picture". For the documentation.
std::vector<std::string> layout_names();

}  // namespace measured::rules
