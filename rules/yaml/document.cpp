// A tree of our own from yaml-cpp's parser events.
//
// YAML::Node, the library's tree, keeps repeated keys and returns the first, does not merge `<<`,
// reads `010` as 8 and `yes` as true, walks alias cycles for ever and takes some 40 times the text
// in memory. Its scanner and parser are sound, so only they are used. What they are asked to do is
// limited here: each node that arrives is counted, as is each one that an alias stands for, and the
// first one too many ends the parse. Depth is checked before the library's own recursion limit can
// be reached.
//
// Nodes are made in a monotonic arena and never freed one by one: a rule file of 4.7 MB has some
// 300,000 of them, and separate allocations would cost more than the text.

#include "rules/yaml/document.h"

#include <algorithm>
#include <istream>
#include <memory_resource>
#include <streambuf>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "rules/utf8.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;
using Entry = YamlNode::Entry;

struct Document {
  std::pmr::monotonic_buffer_resource arena{4096};
  YamlNode empty;  // what an empty file is
};

// A place in the text: line and column from 1.
struct Place {
  int line = 0;
  int column = 0;
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

// The parser counts columns in bytes, editors in characters: they differ where a line holds more
// than ASCII before the column.
class Columns {
 public:
  explicit Columns(std::string_view text) : text_(text) {
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<signed char>(c) >= 0; });
    if (ascii) {
      return;
    }
    starts_.push_back(0);
    for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) {
      starts_.push_back(i + 1);
    }
  }

  Place place(const YAML::Mark& mark) const {
    const Place bytes{mark.line + 1, mark.column + 1};
    if (mark.line < 0 || static_cast<std::size_t>(mark.line) >= starts_.size()) {
      return bytes;
    }
    const std::string_view line = text_.substr(starts_[static_cast<std::size_t>(mark.line)]);
    const std::string_view before = line.substr(0, static_cast<std::size_t>(mark.column));
    return {bytes.line, static_cast<int>(utf8_count(before)) + 1};
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;  // empty when the text is all ASCII
};

// Where byte `offset` of `text` stands.
Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const std::string_view head = start == std::string_view::npos ? before : before.substr(start + 1);
  return {static_cast<int>(line) + 1, static_cast<int>(utf8_count(head)) + 1};
}

class Builder : public YAML::EventHandler {
 public:
  Builder(const std::string& file, const Columns& columns, const YamlLimits& limits,
          Document& document, Diagnostics& out)
      : file_(file), columns_(columns), limits_(limits), document_(document), out_(out) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      error(columns_.place(mark), "second-document", "a second document begins here",
            "put it into a file of its own");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // An empty value's mark is that of the next token, which may be lines away: it stands at its
    // key.
    const bool is_value = in_map() && stack_.back().has_key;
    finish(make(is_value ? stack_.back().key.at : columns_.place(mark), Kind::null), anchor, 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place at = columns_.place(mark);
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
    const Place at = columns_.place(mark);
    check_tag(at, tag);
    if (in_map() && !stack_.back().has_key && anchor == 0) {
      count(at);
      set_key(stack_.back(), intern(value), at);
      return;
    }
    YamlNode* node = make(at, Kind::scalar);
    node->quoted = tag == "!";
    node->scalar = keep(value);
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
    std::vector<Entry> entries;
    std::vector<Merge> merges;
    std::unordered_map<std::string_view, int>
        lines;  // of the keys, once there are too many to search
  };
  struct Anchor {
    const YamlNode* node = nullptr;  // null while the value is still open
    std::uint64_t weight = 0;
  };
  static constexpr std::size_t searched_keys_max = 16;

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
    auto* node = new (document_.arena.allocate(sizeof(YamlNode), alignof(YamlNode))) YamlNode;
    node->kind = kind;
    node->line = at.line;
    node->column = at.column;
    return node;
  }

  std::string_view keep(const std::string& text) {
    if (text.empty()) {
      return {};
    }
    auto* copy = static_cast<char*>(document_.arena.allocate(text.size(), 1));
    std::copy(text.begin(), text.end(), copy);
    return {copy, text.size()};
  }

  // Keys repeat: each is kept once.
  std::string_view intern(const std::string& key) {
    const auto known = keys_.find(key);
    return known != keys_.end() ? *known : *keys_.insert(keep(key)).first;
  }

  template <class Value>
  std::span<const Value> keep(const std::vector<Value>& values) {
    if (values.empty()) {
      return {};
    }
    auto* copy = static_cast<Value*>(
        document_.arena.allocate(values.size() * sizeof(Value), alignof(Value)));
    std::uninitialized_copy(values.begin(), values.end(), copy);
    return {copy, values.size()};
  }

  void check_tag(Place at, const std::string& tag) {
    if (tag != "?" && tag != "!" && !tag.empty()) {
      error(at, "tag", fmt::format("the tag '{}' has no meaning here", tag), "leave the tag out");
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    const Place at = columns_.place(mark);
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
      frame.node->entries = keep(frame.entries);
    } else {
      frame.node->items = keep(frame.items);
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
      if (line_of_key(frame, entry.key) == 0) {
        remember(frame, entry);
      }
    }
  }

  // The line of a key that the map already has; 0 when it has not.
  static int line_of_key(Frame& frame, std::string_view key) {
    if (frame.entries.size() <= searched_keys_max) {
      const auto known = std::find_if(frame.entries.begin(), frame.entries.end(),
                                      [&](const Entry& e) { return e.key == key; });
      return known == frame.entries.end() ? 0 : known->line;
    }
    const auto known = frame.lines.find(key);
    return known == frame.lines.end() ? 0 : known->second;
  }

  static void remember(Frame& frame, const Entry& entry) {
    frame.entries.push_back(entry);
    if (frame.entries.size() == searched_keys_max + 1) {
      for (const Entry& e : frame.entries) {
        frame.lines.emplace(e.key, e.line);
      }
    } else if (frame.entries.size() > searched_keys_max + 1) {
      frame.lines.emplace(entry.key, entry.line);
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
    if (const int first = line_of_key(frame, key.text); first != 0) {
      error(key.at, "repeated-key",
            fmt::format("'{}' is given twice, first in line {}", key.text, first),
            "keep one of the two", static_cast<int>(utf8_count(key.text)));
      return;
    }
    remember(frame, {key.text, key.at.line, key.at.column, node});
  }

  const std::string& file_;
  const Columns& columns_;
  const YamlLimits& limits_;
  Document& document_;
  Diagnostics& out_;
  std::vector<Frame> stack_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  std::unordered_set<std::string_view> keys_;
  const YamlNode* root_ = nullptr;
  std::size_t nodes_ = 0;
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

// The parser's own words for what an operator meets most often are not of much help.
std::string help_for(std::string_view message) {
  if (message.find("end of map") != std::string_view::npos ||
      message.find("illegal map value") != std::string_view::npos) {
    return "check the indentation, and put a text with ': ' or ' #' in it into quotes";
  }
  if (message.find("end of sequence") != std::string_view::npos) {
    return "close the list with ']', or check its indentation";
  }
  if (message.find("flow") != std::string_view::npos) {
    return "close each '[' with ']' and each '{' with '}'";
  }
  return "";
}

// Whether the line that holds `place` is indented with a tab, which YAML does not allow.
bool indented_with_tab(std::string_view text, const Place& place) {
  for (int line = 1; line < place.line; ++line) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const auto end = text.find_first_not_of(" \t");
  return text.substr(0, end).find('\t') != std::string_view::npos;
}

void report_syntax(Builder& builder, const Columns& columns, std::string_view text,
                   const YAML::Exception& error) {
  const Place at = error.mark.is_null() ? Place{} : columns.place(error.mark);
  if (dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr) {
    builder.error(at, "too-deep", "nested deeper than the parser can follow", "flatten it");
    return;
  }
  const bool tab = indented_with_tab(text, at);
  builder.error(at, "syntax", error.msg,
                tab ? "indent with blanks: this line begins with a tab" : help_for(error.msg));
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
  const Columns columns(body);
  Builder builder(file, columns, limits, *document, out);
  if (!readable(builder, body, limits)) {
    return nullptr;
  }
  try {
    TextBuffer buffer(body);
    std::istream in(&buffer);
    YAML::Parser parser(in);
    while (builder.documents() < 2 && parser.HandleNextDocument(builder)) {
    }
  } catch (const LimitReached& limit) {
    builder.error(limit.at, limit.code, limit.message, limit.help);
  } catch (const YAML::Exception& error) {
    report_syntax(builder, columns, body, error);
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
