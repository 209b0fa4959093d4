#pragma once

// Private to rules/time: how a phrase is cut into words.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/time/plan.h"

namespace measured::rules {

// The words of a phrase, read from left to right. A comma is a word of its own.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at + 1;
      if (is_blank(text[at])) {
        at = end;
        continue;
      }
      while (text[at] != ',' && end < text.size() && text[end] != ',' && !is_blank(text[end])) {
        ++end;
      }
      words_.push_back(Piece{text, 0}.part(at, end - at));
      at = end;
    }
  }

  bool at_end() const { return next_ == words_.size(); }

  // The next word; at the end an empty one that stands behind the text.
  Piece peek() const { return at_end() ? Piece{{}, text_.size()} : words_[next_]; }
  Piece take() {
    const Piece word = peek();
    next_ += at_end() ? 0 : 1;
    return word;
  }

  // Takes `word` if it is the next one.
  bool accept(std::string_view word) {
    const bool found = !at_end() && peek().text == word;
    next_ += found ? 1 : 0;
    return found;
  }
  bool accept(std::string_view first, std::string_view second) {
    const std::size_t before = next_;
    if (accept(first) && accept(second)) {
      return true;
    }
    next_ = before;
    return false;
  }

  // Everything before `word`, or up to the end, with the blanks inside it.
  Piece take_until(std::string_view word) {
    const Piece first = peek();
    const std::size_t begin = next_;
    while (!at_end() && peek().text != word) {
      ++next_;
    }
    return next_ == begin ? Piece{{}, first.offset} : Piece{since(first), first.offset};
  }

  // From `word` to the end of the word taken last.
  std::string_view since(const Piece& word) const {
    const Piece& last = words_[next_ == 0 ? 0 : next_ - 1];
    return text_.substr(word.offset, last.offset + last.text.size() - word.offset);
  }

 private:
  std::string_view text_;
  std::vector<Piece> words_;
  std::size_t next_ = 0;
};

// "1h30m" or "1h 30m": hours, minutes and seconds in that order, each at most once.
std::optional<std::chrono::seconds> duration_of(std::string_view text);

// What to write instead of a phrase that has none of the forms.
std::string phrase_help(std::string_view text);

// Whether "2 weeks" or "1d" is meant: lengths that follow the calendar and have no fixed number of
// seconds.
bool is_calendar_length(std::string_view text);

}  // namespace measured::rules
