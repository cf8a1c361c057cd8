#include "query/formula_texts.h"

#include <libpsl.h>
#include <locale.h>
#include <wctype.h>

#include <algorithm>

#include "base/result.h"

namespace starling::query {
namespace {

bool begins_character(char c) { return (c & 0xC0) != 0x80; }

// The byte where the character of this place begins, or the end.
size_t byte_of(std::string_view text, int64_t place) {
  size_t at = 0;
  for (int64_t i = 1; i < place && at < text.size(); ++i) {
    ++at;
    while (at < text.size() && !begins_character(text[at])) ++at;
  }
  return at;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The system's own tables of Unicode letters, whatever language the process runs in.
locale_t unicode() {
  static const locale_t kLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  CHECK(kLocale != nullptr);
  return kLocale;
}

// REQUIRES: valid UTF-8, as every stored text is.
std::string each_character(std::string_view text, wint_t (*change)(wint_t, locale_t)) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && !begins_character(text[end])) ++end;
    auto lead = static_cast<unsigned char>(text[at]);
    char32_t c = end - at == 1 ? lead : lead & (0x7F >> (end - at));
    for (size_t i = at + 1; i < end; ++i) c = c << 6 | (text[i] & 0x3F);
    append_utf8(out, change(c, unicode()));
    at = end;
  }
  return out;
}

// "https://user@shop.example.co.uk:8080/cart?x" -> "shop.example.co.uk"
std::string host_of(std::string_view url) {
  size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#\\"));
  size_t user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  url = url.substr(0, url.find(':'));
  while (!url.empty() && url.back() == '.') url.remove_suffix(1);
  return lower_case(url);
}

}  // namespace

int64_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), begins_character);
}

std::string middle(std::string_view text, int64_t start, int64_t count) {
  if (start < 1) {
    if (count <= 1 - start) return "";
    count -= 1 - start;
    start = 1;
  }
  if (count <= 0) return "";
  size_t begin = byte_of(text, start);
  std::string_view rest = text.substr(begin);
  int64_t left = count_characters(rest);
  return std::string(count >= left ? rest : rest.substr(0, byte_of(rest, count + 1)));
}

std::string upper_case(std::string_view text) { return each_character(text, towupper_l); }
std::string lower_case(std::string_view text) { return each_character(text, towlower_l); }

std::vector<std::string> split(std::string_view text, std::string_view delimiter) {
  CHECK(!delimiter.empty());
  std::vector<std::string> parts;
  while (true) {
    size_t end = text.find(delimiter);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + delimiter.size());
  }
}

std::optional<std::string> url_domain(std::string_view url, bool with_suffix) {
  std::string host = host_of(url);
  bool is_address =
      host.find_first_not_of("0123456789.") == std::string::npos || host.starts_with('[');
  if (is_address) return std::nullopt;
  const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
  if (domain == nullptr) return std::nullopt;
  std::string out(domain);
  return with_suffix ? out : out.substr(0, out.find('.'));
}

}  // namespace starling::query
