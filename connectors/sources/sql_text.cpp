#include "connectors/sources/sql_text.h"

#include <fmt/format.h>

#include "rules/ascii.h"

namespace measured::connectors {
namespace {

// Letters of any alphabet: UTF-8 continues above 0x7f.
bool starts_word(char c) {
  return rules::is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool continues_word(char c) {
  return starts_word(c) || rules::is_digit(c) || c == '$';
}

class Splitter {
 public:
  Splitter(std::string_view text, SqlFlavour flavour) : text_(text), flavour_(flavour) {}

  tl::expected<std::vector<SqlToken>, SqlProblem> run() {
    while (problem_.message.empty() && at_ < text_.size()) {
      step();
    }
    if (problem_.message.empty() && !open_.empty()) {
      fail("'(' is never closed", open_.back());
    }
    if (!problem_.message.empty()) {
      return tl::unexpected<SqlProblem>(problem_);
    }
    return tokens_;
  }

 private:
  bool postgres() const { return flavour_ == SqlFlavour::postgres; }
  char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void fail(std::string message, std::size_t offset) { problem_ = {std::move(message), offset}; }
  void take(SqlToken::Kind kind, std::size_t end) {
    tokens_.push_back({kind, text_.substr(at_, end - at_), at_});
    at_ = end;
  }

  void step() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      ++at_;
    } else if (c == '-' && peek(1) == '-') {
      skip_line();
    } else if (c == '/' && peek(1) == '*') {
      skip_comment();
    } else if (c == '\'') {
      take_quoted(SqlToken::Kind::string, at_, '\'', false);
    } else if (c == '"' || (!postgres() && c == '`')) {
      take_quoted(SqlToken::Kind::quoted_name, at_, c, false);
    } else if (!postgres() && c == '[') {
      take_quoted(SqlToken::Kind::quoted_name, at_, ']', false);
    } else if (starts_word(c)) {
      take_word();
    } else if (rules::is_digit(c)) {
      take_while(SqlToken::Kind::number, [](char d) { return continues_word(d) || d == '.'; });
    } else {
      take_symbol(c);
    }
  }

  void take_symbol(char c) {
    if (c == '\0') {
      return fail("a NUL character", at_);
    }
    if (c == ';') {
      return fail("';' is not allowed: one statement only, without ';' at its end", at_);
    }
    if (c == '(') {
      open_.push_back(at_);
    } else if (c == ')') {
      if (open_.empty()) {
        return fail("')' without '('", at_);
      }
      open_.pop_back();
    } else if (c == ':' && peek(1) == ':') {
      return take(SqlToken::Kind::symbol, at_ + 2);
    } else if (c == '$' && postgres() && !rules::is_digit(peek(1))) {
      return take_dollar_quoted();
    } else if ((c == ':' || c == '$' || (c == '@' && !postgres())) && continues_word(peek(1))) {
      return take_while(SqlToken::Kind::parameter, continues_word, 1);
    } else if (c == '?' && !postgres()) {
      return take_while(SqlToken::Kind::parameter, rules::is_digit, 1);
    }
    take(SqlToken::Kind::symbol, at_ + 1);
  }

  template <class Predicate>
  void take_while(SqlToken::Kind kind, Predicate belongs, std::size_t skip = 0) {
    std::size_t end = at_ + skip;
    while (end < text_.size() && belongs(text_[end])) {
      ++end;
    }
    take(kind, end);
  }

  void take_word() {
    // E'…' is a string in which a backslash escapes the quote.
    if (postgres() && (text_[at_] == 'e' || text_[at_] == 'E') && peek(1) == '\'') {
      return take_quoted(SqlToken::Kind::string, at_ + 1, '\'', true);
    }
    take_while(SqlToken::Kind::word, continues_word);
  }

  // A doubled quote stands for itself.
  void take_quoted(SqlToken::Kind kind, std::size_t open, char close, bool backslash) {
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      if (text_[i] == '\0') {
        return fail("a NUL character", i);
      }
      if (backslash && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == close) {
        if (close != ']' && i + 1 < text_.size() && text_[i + 1] == close) {
          ++i;
        } else {
          return take(kind, i + 1);
        }
      }
    }
    fail(fmt::format("the quote {} is never closed", text_[open]), open);
  }

  // PostgreSQL's $tag$ … $tag$.
  void take_dollar_quoted() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && continues_word(text_[end]) && text_[end] != '$') {
      ++end;
    }
    if (end >= text_.size() || text_[end] != '$') {
      return take(SqlToken::Kind::symbol, at_ + 1);
    }
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const std::size_t close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) {
      return fail(fmt::format("the quote {} is never closed", tag), at_);
    }
    take(SqlToken::Kind::string, close + tag.size());
  }

  void skip_line() {
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end;
  }

  // PostgreSQL nests comments, SQLite does not.
  void skip_comment() {
    const std::size_t open = at_;
    int depth = 1;
    for (at_ += 2; at_ < text_.size() && depth > 0; ++at_) {
      if (postgres() && text_[at_] == '/' && peek(1) == '*') {
        ++depth;
        ++at_;
      } else if (text_[at_] == '*' && peek(1) == '/') {
        --depth;
        ++at_;
      }
    }
    if (depth > 0) {
      fail("the comment /* is never closed", open);
    }
  }

  std::string_view text_;
  SqlFlavour flavour_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;
  std::vector<SqlToken> tokens_;
  SqlProblem problem_;
};

}  // namespace

tl::expected<std::vector<SqlToken>, SqlProblem> split_sql(std::string_view text,
                                                          SqlFlavour flavour) {
  return Splitter(text, flavour).run();
}

std::string name_of(const SqlToken& token) {
  if (token.kind != SqlToken::Kind::quoted_name) {
    return std::string(token.text);
  }
  const char close = token.text.back();
  std::string name;
  for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
    name += token.text[i];
    if (token.text[i] == close && close != ']') {
      ++i;
    }
  }
  return name;
}

std::string quote_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    text += c == '"' ? "\"\"" : std::string(1, c);
  }
  return text + "\"";
}

}  // namespace measured::connectors
