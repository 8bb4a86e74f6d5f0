#include "cli/options.h"

#include <catch2/catch.hpp>

namespace sup::cli {
namespace {

Result<Options> parse(std::vector<std::string> arguments) {
    return parse_options(arguments);
}

TEST_CASE("options end at the first word that is none") {
    const auto options =
        parse({"-s", "http://h:1", "--user", "me", "-psecret", "start_args", "a:b", "-x", "-s"});
    REQUIRE(options);
    CHECK(options->server_url == "http://h:1");
    CHECK(options->username == "me");  // abbreviated
    CHECK(options->password == "secret");
    CHECK(options->words == std::vector<std::string>{"start_args", "a:b", "-x", "-s"});
    CHECK(parse({"-i", "--", "-c"})->words == std::vector<std::string>{"-c"});
}

TEST_CASE("help is asked for in three ways") {
    const std::string word = GENERATE("-h", "-?", "--help", "--he");
    CHECK(parse({word})->wants_help);
    CHECK(!parse({"help"})->wants_help);
}

TEST_CASE("what is wrong with an option is told") {
    struct Line {
        std::vector<std::string> arguments;
        std::string want;
    };
    const auto line = GENERATE(
        Line{{"-x"}, "option -x not recognized"}, Line{{"-ix"}, "option -x not recognized"},
        Line{{"--foo"}, "option --foo not recognized"},
        Line{{"--foo=1"}, "option --foo not recognized"},
        Line{{"-s"}, "option -s requires argument"},
        Line{{"--serverurl"}, "option --serverurl requires argument"},
        Line{{"--help=x"}, "option --help must not have an argument"},
        Line{{"-s", "host"}, "invalid value for -s 'host': value 'host' is not a URL"},
        Line{{"-u", "a", "--username=b"}, "conflicting command line option '-u'"});
    const auto options = parse_options(line.arguments);
    REQUIRE(!options);
    CHECK(options.error().message == line.want);
}

}  // namespace
}  // namespace sup::cli
