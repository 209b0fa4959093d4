// A tree of our own from yaml-cpp's parser events.
//
// YAML::Node, the library's tree, keeps repeated keys and returns the first, does not merge `<<`,
// reads `010` as 8 and `yes` as true, walks alias cycles for ever and takes some 40 times the text
// in memory. Its scanner and parser are sound, so only they are used. What they are asked to do is
// limited here: each node that arrives is counted, as is each one that an alias stands for, and the
// first one too many ends the parse. Depth is checked before the library's own recursion limit can
// be reached.

#include "rules/yaml/document.h"

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "rules/utf8.h"
#include "rules/yaml/entries.h"
#include "rules/yaml/node_arena.h"
#include "rules/yaml/place.h"
#include "rules/yaml/syntax_help.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;
using Entry = YamlNode::Entry;

struct Document {
  NodeArena arena;
  YamlNode empty;  // what an empty file is
};

// A limit was reached: there is no use in reading on.
struct LimitReached {
  Place at;
  std::string code;
  std::string message;
  std::string help;
};

// Lets the parser read the text where it is; an istringstream would copy it.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast):
                                                   // setg asks for it, nothing writes
    setg(begin, begin, begin + text.size());
  }
};

class Builder : public YAML::EventHandler {
 public:
  Builder(const std::string& file, const Places& places, const YamlLimits& limits,
          Document& document, Diagnostics& out)
      : file_(file), places_(places), limits_(limits), document_(document), out_(out) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      error(place(mark), "second-document", "a second document begins here",
            "put it into a file of its own");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // An empty value's mark is that of the next token, which may be lines away: it stands at its
    // key.
    const bool is_value = in_map() && stack_.back().has_key;
    finish(make(is_value ? stack_.back().key.at : place(mark), Kind::null), anchor, 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place at = place(mark);
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end() || known->second.node == nullptr) {
      error(at, "self-alias", "this alias stands inside the value it refers to",
            "write the value out");
      add(make(at, Kind::null), at, 1);
      return;
    }
    count(at);
    add(known->second.node, at, known->second.weight);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Place at = place(mark);
    check_tag(at, tag);
    if (in_map() && !stack_.back().has_key && anchor == 0) {
      count(at);
      set_key(stack_.back(), document_.arena.intern(value), at);
      return;
    }
    YamlNode* node = make(at, Kind::scalar);
    node->quoted = tag == "!";
    last_quoted_ = node->quoted ? mark : last_quoted_;
    node->scalar = document_.arena.keep(value);
    finish(node, anchor, 1);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Kind::list);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Kind::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  void error(Place at, std::string code, std::string message, std::string help = "",
             int width = 1) {
    if (++errors_ <= limits_.errors_max) {
      out_.push_back({Severity::error,
                      std::move(code),
                      std::move(message),
                      std::move(help),
                      {file_, at.line, at.column, width}});
    }
  }
  int errors() const { return errors_; }
  int documents() const { return documents_; }
  const YamlNode* root() const { return root_; }

  // Only the last quoted text of a file can be without its end.
  void check_last_quote(std::string_view text) {
    if (last_quoted_.pos >= 0 && quote_is_open(text, static_cast<std::size_t>(last_quoted_.pos))) {
      error(place(last_quoted_), "syntax", "this quote is never closed", "write the second quote");
    }
  }

 private:
  struct Key {
    std::string_view text;
    Place at;
  };
  struct Merge {
    const YamlNode* source;
    Place at;
  };
  struct Frame {
    YamlNode* node;
    YAML::anchor_t anchor;
    std::uint64_t weight = 1;  // nodes below, aliases written out
    bool has_key = false;
    Key key;
    std::vector<const YamlNode*> items;
    Entries entries;
    std::vector<Merge> merges;
  };
  struct Anchor {
    const YamlNode* node = nullptr;  // null while the value is still open
    std::uint64_t weight = 0;
  };

  Place place(const YAML::Mark& mark) const { return places_.at(mark.line, mark.column); }
  bool in_map() const { return !stack_.empty() && stack_.back().node->kind == Kind::map; }

  void count(Place at, std::size_t nodes = 1) {
    nodes_ += nodes;
    if (nodes_ > limits_.nodes_max) {
      throw LimitReached{at, "too-many-nodes",
                         fmt::format("more than {} keys and values in one file", limits_.nodes_max),
                         "split the file, or raise limits.nodes_max"};
    }
  }

  YamlNode* make(Place at, Kind kind) {
    count(at);
    return document_.arena.make(kind, at);
  }

  void check_tag(Place at, const std::string& tag) {
    if (tag != "?" && tag != "!" && !tag.empty()) {
      error(at, "tag", fmt::format("the tag '{}' has no meaning here", tag), "leave the tag out");
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    const Place at = place(mark);
    check_tag(at, tag);
    if (stack_.size() >= static_cast<std::size_t>(limits_.depth_max)) {
      throw LimitReached{at, "too-deep",
                         fmt::format("nested deeper than {} levels", limits_.depth_max),
                         "flatten it, or raise limits.depth_max"};
    }
    if (anchor != 0) {
      anchors_[anchor] = {};
    }
    Frame frame;
    frame.node = make(at, kind);
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.node->kind == Kind::map) {
      for (const Merge& merge : frame.merges) {
        merge_into(frame, merge.source, merge.at);
      }
      frame.node->entries = document_.arena.keep(frame.entries.list());
    } else {
      frame.node->items = document_.arena.keep(frame.items);
    }
    finish(frame.node, frame.anchor, frame.weight);
  }

  // Keys of the map itself win over merged ones, and earlier merged maps over later ones.
  void merge_into(Frame& frame, const YamlNode* source, Place at) {
    if (source->kind == Kind::list) {
      for (const YamlNode* item : source->items) {
        merge_into(frame, item, at);
      }
      return;
    }
    if (source->kind != Kind::map) {
      error(at, "bad-merge", "'<<' merges a map or a list of maps",
            "write '<<: *name' with a map called &name", 2);
      return;
    }
    count(at, source->entries.size());
    for (const Entry& entry : source->entries) {
      if (frame.entries.line_of(entry.key) == 0) {
        frame.entries.add(entry);
      }
    }
  }

  void finish(const YamlNode* node, YAML::anchor_t anchor, std::uint64_t weight) {
    if (anchor != 0) {
      anchors_[anchor] = {node, weight};
    }
    add(node, {node->line, node->column}, weight);
  }

  // A complete node, seen at `at`, becomes the document, an item, a key or a value.
  void add(const YamlNode* node, Place at, std::uint64_t weight) {
    if (stack_.empty()) {
      root_ = documents_ == 1 ? node : root_;
      return;
    }
    Frame& frame = stack_.back();
    frame.weight += weight;
    if (frame.weight > limits_.expanded_nodes_max) {
      throw LimitReached{
          at, "too-many-aliases",
          fmt::format("aliases stand for more than {} keys and values", limits_.expanded_nodes_max),
          "write fewer aliases, or raise limits.expanded_nodes_max"};
    }
    if (frame.node->kind == Kind::list) {
      frame.items.push_back(node);
    } else if (frame.has_key) {
      add_value(frame, node);
    } else {
      if (node->kind != Kind::scalar) {
        error(at, "bad-key", "a key must be a word", "write 'key: value'");
      }
      set_key(frame, node->scalar, at);
    }
  }

  static void set_key(Frame& frame, std::string_view text, Place at) {
    frame.key = {text, at};
    frame.has_key = true;
  }

  void add_value(Frame& frame, const YamlNode* node) {
    frame.has_key = false;
    const Key key = frame.key;
    if (key.text == "<<") {
      frame.merges.push_back({node, key.at});
      return;
    }
    if (const int first = frame.entries.line_of(key.text); first != 0) {
      error(key.at, "repeated-key",
            fmt::format("'{}' is given twice, first in line {}", key.text, first),
            "keep one of the two", static_cast<int>(utf8_count(key.text)));
      return;
    }
    frame.entries.add({key.text, key.at.line, key.at.column, node});
  }

  const std::string& file_;
  const Places& places_;
  const YamlLimits& limits_;
  Document& document_;
  Diagnostics& out_;
  std::vector<Frame> stack_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  const YamlNode* root_ = nullptr;
  std::size_t nodes_ = 0;
  YAML::Mark last_quoted_ = YAML::Mark::null_mark();
  int documents_ = 0;
  int errors_ = 0;
};

// What must hold before the parser sees the text. False when it does not.
bool readable(Builder& builder, std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes_max) {
    builder.error({}, "file-too-large",
                  fmt::format("the file has more than {} bytes", limits.bytes_max),
                  "split the file, or raise limits.bytes_max");
    return false;
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    builder.error(place_of(text, nul), "nul-byte", "the file has a NUL byte here",
                  "save it as UTF-8 text");
    return false;
  }
  if (const std::size_t bad = utf8_error(text); bad != std::string_view::npos) {
    builder.error(
        place_of(text, bad), "not-utf-8",
        fmt::format("byte {:#04x} is not UTF-8 here", static_cast<unsigned char>(text[bad])),
        "save the file as UTF-8");
    return false;
  }
  return true;
}

void report_syntax(Builder& builder, const Places& places, std::string_view text,
                   const YAML::Exception& error) {
  const Place at = error.mark.is_null() ? Place{} : places.at(error.mark.line, error.mark.column);
  if (dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr) {
    builder.error(at, "too-deep", "nested deeper than the parser can follow", "flatten it");
    return;
  }
  builder.error(at, "syntax", error.msg, syntax_help(text, at, error.msg));
}

}  // namespace

const YamlNode::Entry* YamlNode::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::shared_ptr<const YamlNode> parse_yaml(const std::string& file, const std::string& text,
                                           const YamlLimits& limits, Diagnostics& out) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string_view body = text;
  if (body.starts_with(byte_order_mark)) {
    body.remove_prefix(byte_order_mark.size());
  }
  const auto document = std::make_shared<Document>();
  const Places places(body);
  Builder builder(file, places, limits, *document, out);
  if (!readable(builder, body, limits)) {
    return nullptr;
  }
  try {
    TextBuffer buffer(body);
    std::istream in(&buffer);
    YAML::Parser parser(in);
    while (builder.documents() < 2 && parser.HandleNextDocument(builder)) {
    }
    builder.check_last_quote(body);
  } catch (const LimitReached& limit) {
    builder.error(limit.at, limit.code, limit.message, limit.help);
  } catch (const YAML::Exception& error) {
    report_syntax(builder, places, body, error);
  }
  if (builder.errors() > limits.errors_max) {
    out.push_back({Severity::error,
                   "too-many-errors",
                   fmt::format("{} more errors in this file", builder.errors() - limits.errors_max),
                   "",
                   {file, 0, 0, 1}});
  }
  if (builder.errors() > 0) {
    return nullptr;
  }
  document->empty.kind = Kind::map;
  const bool empty = builder.root() == nullptr || builder.root()->kind == Kind::null;
  return {document, empty ? &document->empty : builder.root()};
}

}  // namespace measured::rules
