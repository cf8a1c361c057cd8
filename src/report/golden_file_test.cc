#include "report/golden_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace starling::report {
namespace {

using base::Node;
using base::Result;
using event::Value;

base::Error fault(int line, std::string message) {
  return {base::Error::Code::kInvalid, fmt::format("line {}: {}", line, message)};
}

struct Line {
  int number;
  std::string text;
};

std::string trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string_view::npos ? "" : std::string(text.substr(first, last - first + 1));
}

// Takes the first word off the text.
std::string take_word(std::string& text) {
  text = trimmed(text);
  size_t end = std::min(text.find(' '), text.size());
  std::string word = text.substr(0, end);
  text = trimmed(std::string_view(text).substr(end));
  return word;
}

Value value_of(const Node& node);

Value list_value(const Node& node) {
  bool objects = !node.items.empty() && node.items[0].is_map();
  if (objects) {
    std::vector<event::Object> out;
    for (const Node& item : node.items) {
      event::Object object;
      for (const auto& [name, member] : item.fields) {
        if (!member.is_null()) object.emplace_back(name, value_of(member));
      }
      out.push_back(std::move(object));
    }
    return Value{std::move(out)};
  }
  event::Values out;
  for (const Node& item : node.items) out.push_back(value_of(item));
  return Value{std::move(out)};
}

// 3 is an integer, 3.50 a decimal, 35e-1 a float, 2024-09-01 a date, 2024-09-01T10:00:00Z an
// instant; "[]" an empty list.
Value value_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return {};
    case Node::Kind::kBoolean:
      return Value{node.boolean};
    case Node::Kind::kNumber: {
      if (node.text.find_first_of("eE") != std::string::npos) return Value{std::stod(node.text)};
      base::Decimal number = *base::Decimal::parse(node.text);
      if (number.scale == 0) return Value{static_cast<int64_t>(number.digits)};
      return Value{number};
    }
    case Node::Kind::kText:
      if (auto date = base::Date::parse(node.text)) return Value{*date};
      if (auto instant = base::parse_rfc3339(node.text)) return Value{*instant};
      return Value{node.text};
    case Node::Kind::kList:
      return list_value(node);
    case Node::Kind::kMap:
      break;
  }
  CHECK(false);
}

// "{country: US}" or nothing.
Result<Named> parse_properties(const Line& line, const std::string& text) {
  Named out;
  if (text.empty()) return out;
  auto node = base::parse_yaml(text);
  if (!node || !node.value().is_map())
    return fault(line.number, "expected properties as {name: value}, found " + text);
  for (const auto& [name, value] : node.value().fields) {
    if (!value.is_null()) out[name] = value_of(value);
  }
  return out;
}

// Splits "rest of the words {properties}".
std::pair<std::string, std::string> split_properties(const std::string& text) {
  size_t brace = text.find('{');
  if (brace == std::string::npos) return {trimmed(text), ""};
  return {trimmed(text.substr(0, brace)), text.substr(brace)};
}

// "2024-09-01", "2024-09-01T10:00", "2024-09-01T10:00:05.250" are local; with Z or an offset, an
// instant.
std::optional<int64_t> parse_time(const std::string& text, const base::TimeZone& zone) {
  if (auto instant = base::parse_rfc3339(text)) return instant->value;
  std::string full = text;
  if (full.size() == 10) full += "T00:00";
  if (full.size() == 16) full += ":00";
  auto as_utc = base::parse_rfc3339(full + "Z");
  if (!as_utc) return std::nullopt;
  base::TimeZone::Local local = base::TimeZone::utc().to_local(*as_utc);
  return zone.from_local(local.date, local.ms_of_day).value;
}

class Parser {
 public:
  explicit Parser(const std::string& text) {
    size_t at = 0;
    for (int number = 1; at < text.size(); ++number) {
      size_t end = std::min(text.find('\n', at), text.size());
      lines_.push_back({number, text.substr(at, end - at)});
      at = end + 1;
    }
  }

  Result<GoldenFile> parse() {
    while (at_ < lines_.size() && !lines_[at_].text.starts_with("ask")) TRY(parse_block());
    while (at_ < lines_.size()) TRY(parse_ask());
    return std::move(file_);
  }

 private:
  static bool is_indented(const Line& line) {
    return line.text.starts_with(" ") || line.text.empty();
  }

  // The indented lines that follow, without comments and empty ones.
  std::vector<Line> take_body() {
    std::vector<Line> body;
    while (at_ < lines_.size() && is_indented(lines_[at_])) {
      file_.head += lines_[at_].text + "\n";
      if (!trimmed(lines_[at_].text).empty()) body.push_back(lines_[at_]);
      ++at_;
    }
    return body;
  }

  Result<void> parse_block() {
    Line heading = lines_[at_++];
    file_.head += heading.text + "\n";
    if (heading.text.starts_with("#") || heading.text.empty()) return {};
    std::string words = heading.text;
    std::string block = take_word(words);
    std::vector<Line> body = take_body();
    if (block == "settings") return parse_settings(body);
    if (block == "events") return parse_events(body);
    if (block == "profiles") return parse_profiles(heading, words, body);
    if (block == "lookup") return parse_lookup(heading, words, body);
    if (block == "cohorts") return parse_named(body, "cohort", file_.catalog.cohorts);
    if (block == "custom_events") return parse_named(body, "event", file_.catalog.custom_events);
    if (block == "custom_properties") return parse_custom_properties(body);
    if (block == "metrics") return parse_named(body, "metric", file_.catalog.metrics);
    return fault(heading.number, "unknown block \"" + block + "\"");
  }

  Result<void> parse_settings(const std::vector<Line>& body) {
    for (const Line& line : body) {
      std::string value = line.text;
      std::string key = take_word(value);
      if (key == "timezone:") {
        file_.catalog.timezone = value;
        zone_ = TRY(base::TimeZone::load(value));
      } else if (key == "as_of:") {
        auto time = parse_time(value, zone_);
        if (!time) return fault(line.number, "no time: " + value);
        file_.as_of = {*time};
      } else if (key == "session_timeout:") {
        auto span = base::Span::parse(value);
        auto length = span ? span->milliseconds() : std::nullopt;
        if (!length) return fault(line.number, "no length of time: " + value);
        file_.catalog.session_timeout_ms = *length;
      } else {
        return fault(line.number, "unknown setting " + key);
      }
    }
    return {};
  }

  Result<void> parse_events(const std::vector<Line>& body) {
    for (const Line& line : body) {
      auto [words, properties] = split_properties(line.text);
      SmallEvent event;
      event.user = take_word(words);
      if (event.user == "-") event.user = "";
      std::string when = take_word(words);
      auto time = parse_time(when, zone_);
      if (!time) return fault(line.number, "no time: " + when);
      event.time = *time;
      event.name = words;
      event.id = std::to_string(file_.world.events.size() + 1);
      event.properties = TRY(parse_properties(line, properties));
      file_.world.events.push_back(std::move(event));
    }
    return {};
  }

  // "as of event" or "as of now" behind a heading: every line has a time, and what is not said is
  // read so.
  Result<std::optional<event::AsOf>> parse_history(const Line& heading, std::string& words) {
    size_t at = words.find("as of ");
    if (at == std::string::npos) return std::optional<event::AsOf>();
    std::string said = words.substr(at + 6);
    words = trimmed(std::string_view(words).substr(0, at));
    if (said != "event" && said != "now")
      return fault(heading.number, "expected: as of event, or as of now");
    return std::optional(said == "event" ? event::AsOf::kEvent : event::AsOf::kNow);
  }

  Result<SmallVersion> parse_version(const Line& line) {
    auto [words, properties] = split_properties(line.text);
    auto values = TRY(parse_properties(line, properties));
    SmallVersion version{take_word(words), 0, std::move(values)};
    auto start = parse_time(words, zone_);
    if (!start) return fault(line.number, "no time: " + words);
    version.start = *start;
    return version;
  }

  // profiles [as of event | now]
  Result<void> parse_profiles(const Line& heading, std::string words,
                              const std::vector<Line>& body) {
    file_.world.user_history = TRY(parse_history(heading, words));
    for (const Line& line : body) {
      if (file_.world.user_history) {
        file_.world.profile_versions.push_back(TRY(parse_version(line)));
        continue;
      }
      auto [user, properties] = split_properties(line.text);
      file_.world.profiles[user] = TRY(parse_properties(line, properties));
    }
    return {};
  }

  // lookup NAME on PROPERTY | LIST.MEMBER | user PROPERTY [as of event | now]
  Result<void> parse_lookup(const Line& heading, std::string words, const std::vector<Line>& body) {
    SmallLookup lookup;
    lookup.history = TRY(parse_history(heading, words));
    lookup.name = take_word(words);
    if (take_word(words) != "on") return fault(heading.number, "expected: lookup NAME on PROPERTY");
    if (words.starts_with("user ")) {
      lookup.on.kind = event::LookupTarget::Kind::kUserProperty;
      take_word(words);
    }
    size_t dot = words.find('.');
    lookup.on.name = words.substr(0, dot);
    if (dot != std::string::npos) lookup.on.member = words.substr(dot + 1);
    for (const Line& line : body) {
      if (lookup.history) {
        lookup.versions.push_back(TRY(parse_version(line)));
        continue;
      }
      auto [key, properties] = split_properties(line.text);
      lookup.rows[key] = TRY(parse_properties(line, properties));
    }
    file_.world.lookups.push_back(std::move(lookup));
    return {};
  }

  // A YAML list of definitions, each under its name.
  Result<void> parse_named(const std::vector<Line>& body, std::string_view key,
                           std::map<std::string, Node>& out) {
    std::string text;
    for (const Line& line : body) text += line.text + "\n";
    Node list = TRY(base::parse_yaml(text));
    for (Node& item : list.items) {
      const Node* name = item.find(key);
      if (name == nullptr)
        return fault(body[0].number, fmt::format("every entry needs a name: \"{}\"", key));
      std::string called = name->text;
      std::erase_if(item.fields, [&](const auto& field) { return field.first == key; });
      out[called] = item;
    }
    return {};
  }

  Result<void> parse_custom_properties(const std::vector<Line>& body) {
    std::string text;
    for (const Line& line : body) text += line.text + "\n";
    Node list = TRY(base::parse_yaml(text));
    file_.catalog.custom_properties = list.items;
    return {};
  }

  Result<void> parse_ask() {
    GoldenAsk ask;
    std::string words = lines_[at_].text;
    ask.line = lines_[at_].number;
    take_word(words);
    std::string form = take_word(words);
    if (form == "json") {
      ask.form = GoldenAsk::Form::kJson;
    } else if (form == "csv") {
      ask.form = GoldenAsk::Form::kCsv;
    } else if (form == "error") {
      ask.form = GoldenAsk::Form::kError;
    } else if (form != "table") {
      return fault(ask.line, "expected: ask table, ask json, ask csv or ask error");
    }
    ask.text = lines_[at_++].text + "\n";
    std::string report;
    while (at_ < lines_.size() && lines_[at_].text != "----") {
      ask.text += lines_[at_].text + "\n";
      report += lines_[at_++].text + "\n";
    }
    if (at_ == lines_.size()) return fault(ask.line, "an ask needs ---- and an answer");
    ++at_;
    while (at_ < lines_.size() && !lines_[at_].text.starts_with("ask "))
      ask.expected += lines_[at_++].text + "\n";
    while (ask.expected.ends_with("\n\n") || ask.expected == "\n") ask.expected.pop_back();
    auto parsed = base::parse_document(report);
    if (!parsed) return std::move(parsed).error().wrap(fmt::format("ask on line {}", ask.line));
    ask.report = std::move(parsed).value();
    file_.asks.push_back(std::move(ask));
    return {};
  }

  std::vector<Line> lines_;
  size_t at_ = 0;
  base::TimeZone zone_ = base::TimeZone::utc();
  GoldenFile file_;
};

void write_pretty(const Node& node, size_t indent, std::string& out) {
  constexpr size_t kWidth = 100;
  std::string compact = base::to_json(node);
  bool leaf = !node.is_map() && !node.is_list();
  if (leaf || indent + compact.size() <= kWidth) {
    out += compact;
    return;
  }
  out += node.is_map() ? "{" : "[";
  std::string margin(indent + 1, ' ');
  bool first = true;
  auto separate = [&] {
    out += first ? "\n" : ",\n";
    out += margin;
    first = false;
  };
  for (const auto& [name, value] : node.fields) {
    separate();
    out += base::to_json(Node::of(name)) + ": ";
    write_pretty(value, indent + 1, out);
  }
  for (const Node& item : node.items) {
    separate();
    write_pretty(item, indent + 1, out);
  }
  out += node.is_map() ? "}" : "]";
}

}  // namespace

Result<GoldenFile> parse_golden(const std::string& text) { return Parser(text).parse(); }

std::string pretty_json(const Node& node) {
  std::string out;
  write_pretty(node, 0, out);
  return out + "\n";
}

}  // namespace starling::report
