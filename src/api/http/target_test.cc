#include "api/http/target.h"

#include <gtest/gtest.h>

namespace starling::api::http {
namespace {

TEST(TargetTest, SplitsAndDecodes) {
  const auto target = parse_target("/a%2Fb/c+d/?x=1+2&y=%26&flag&z=a=b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a%2Fb/c+d/");
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a/b", "c+d"}));
  const std::vector<std::pair<std::string, std::string>> parameters = {
      {"x", "1 2"}, {"y", "&"}, {"flag", ""}, {"z", "a=b"}};
  EXPECT_EQ(target->parameters, parameters);
}

TEST(TargetTest, RefusesWhatIsNoPath) {
  for (const char* text : {"", "*", "a", "http://", "http://host", "/%", "/%4", "/%4g", "/%00",
                           "/%C3", "/%ED%A0%80", "/?a=%C0%80"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(TargetTest, EveryByteSurvivesEncoding) {
  for (int code = 1; code < 128; ++code) {
    const std::string text(1, static_cast<char>(code));
    EXPECT_EQ(percent_decode(percent_encode(text), true), text) << code;
  }
  EXPECT_EQ(percent_decode(percent_encode("Zürich €😀"), true), "Zürich €😀");
}

TEST(TargetTest, NamesTheHost) {
  EXPECT_EQ(host_name("LocalHost:8080"), "localhost");
  EXPECT_EQ(host_name("[::1]:8080"), "::1");
  EXPECT_EQ(host_name("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(host_name(""), "");
}

}  // namespace
}  // namespace starling::api::http
