#include <catch2/catch.hpp>

#include "common/base/rng.h"
#include "common/base/text.h"
#include "tests/unit/rules/fixtures.h"

// Texts that no author would write: each ends with an error, in little time and memory.
using namespace sup;
using namespace sup::rules;
using namespace sup::rules::testing;

namespace {

std::string repeated(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += text;
    }
    return out;
}

std::string first_error(std::string_view text) {
    const auto failure = refused(text);
    REQUIRE(!failure.errors.empty());
    for (const auto& error : failure.errors) {
        CHECK(error.find('\n') == std::string::npos);
        CHECK(error.starts_with("rules.xml:"));
        CHECK(error.size() < 700);
    }
    return failure.errors.front();
}

constexpr std::string_view kNoDocumentType =
    "a document type (<!DOCTYPE>) is refused: the element 'root' was expected";

}  // namespace

TEST_CASE("a document type is refused before it is read") {
    const std::string bomb =
        "<?xml version='1.0'?>\n<!DOCTYPE root [\n<!ENTITY a 'aaaaaaaaaa'>\n"
        "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\n<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>\n"
        "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]>\n<root><alias name='x'>&d;</alias></root>";
    CHECK(first_error(bomb) == concat("rules.xml:2: ", kNoDocumentType));
    CHECK(refused(bomb).errors.size() == 1);
    CHECK(first_error("<!DOCTYPE root SYSTEM 'file:///etc/passwd'><root/>") ==
          concat("rules.xml:1: ", kNoDocumentType));
    CHECK(first_error("<!DOCTYPE root [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                      "<root><alias name='a'>&x;</alias></root>") ==
          concat("rules.xml:1: ", kNoDocumentType));
    CHECK(first_error("<!DOCTYPE root [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]><root/>") ==
          concat("rules.xml:1: ", kNoDocumentType));
}

TEST_CASE("entities, inclusions and foreign schemas bring nothing in") {
    CHECK(first_error("<root><alias name='a'>&x;</alias></root>") ==
          "rules.xml:1: it is not well-formed XML: Entity 'x' not defined");
    CHECK(first_error("<root xmlns:xi='http://www.w3.org/2001/XInclude'>"
                      "<xi:include href='file:///etc/passwd' parse='text'/></root>")
              .starts_with("rules.xml:1: element 'include': it is not expected in root"));
    CHECK(first_error("<root xmlns='urn:other'><application name='a'/></root>") ==
          "rules.xml:1: element 'root': it is not expected here, the element 'root' without a "
          "namespace was expected");
    // A type given in the file has no say.
    CHECK(
        first_error("<root xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><application "
                    "xsi:type='Program' name='a'><required>true</required></application></root>")
            .starts_with("rules.xml:1: element 'required': it is not expected in application 'a'"));
}

TEST_CASE("what is not XML is said so") {
    const auto text = GENERATE(values<std::string>({
        "",
        " ",
        "rules",
        "{\"rules\": 1}",
        "<",
        "<root",
        "<root>",
        "<root/><root/>",
        "<root></rot>",
        "\xff\xfe",
        std::string("<root>\0</root>", 14),
        "<root>\x01</root>",
        "[section]\nkey=value",
        "<root><application name=db/></root>",
        "<root><application name='a' name='b'/></root>",
        "<root><alias name='\xc3\x28'>x</alias></root>",
        "<root>\xff</root>",
        "<?xml version='1.0' encoding='nonsense'?><root/>",
        "\x7f"
        "ELF\x02\x01",
    }));
    CAPTURE(text);
    CHECK(first_error(text).find("it is not well-formed XML") != std::string::npos);
}

TEST_CASE("depth and size are bounded") {
    CHECK(first_error("<root>" + repeated("<a>", 100'000))
              .starts_with("rules.xml:1: it is not well-formed XML: Excessive depth"));
    CHECK(first_error("<root>" + repeated("<a>", 200) + repeated("</a>", 200) + "</root>")
              .starts_with("rules.xml:1: element 'a': it is not expected in root"));
    CHECK(first_error("<root>" + std::string(5U << 20, ' ') + "</root>") ==
          "rules.xml:1: the file has 5242893 bytes, at most 4194304 were expected");
}

TEST_CASE("huge values are shortened in the messages") {
    const std::string huge(2'000'000, 'x');
    const auto loaded =
        load_content("<application name='" + std::string(500, 'n') + "'><start_sequence>" + huge +
                     "</start_sequence>" + "<operational_status>" + huge + "</operational_status>" +
                     "</application>");
    REQUIRE(loaded.warnings.size() == 2);
    CHECK(loaded.warnings[0].size() < 300);
    CHECK(loaded.warnings[1].size() < 300);
    CHECK(first_error("<root><" + std::string(10'000, 'e') + "/></root>").size() < 300);
}

TEST_CASE("a flood of problems is cut short") {
    const auto failure = refused("<root>" + repeated("<application name='a' b='c'/>", 5'000) +
                                 repeated("<bad/>", 5'000) + "</root>");
    CHECK(failure.errors.size() == 51);
    CHECK(failure.errors.back() == "rules.xml:1: there are more problems, not shown");
}

TEST_CASE("many definitions are merged in little time") {
    const auto loaded = load_content(repeated("<application name='a'/>", 20'000) +
                                     repeated("<alias name='x'>y</alias>", 20'000));
    CHECK(loaded.rules.applications.size() == 1);
    CHECK(loaded.rules.aliases.size() == 1);
    CHECK(loaded.warnings.size() == 39'998);
}

// Damage to a good file, byte by byte: whatever comes out, nothing breaks.
TEST_CASE("damaged files are read or refused") {
    const std::string good =
        "<?xml version='1.0'?><root><alias name='a'>x,y</alias><model name='m'><required>true"
        "</required></model><application name='b' pattern='^b_\\d+$'><identifiers>#,a</identifiers>"
        "<start_sequence>1</start_sequence><operational_status>all('p.*')</operational_status>"
        "<programs><program pattern=''><reference>m</reference><expected_loading>5"
        "</expected_loading></program></programs></application></root>";
    Rng rng(11);
    std::size_t refusals = 0;
    for (int round = 0; round < 1500; ++round) {
        std::string text = good;
        const auto changes = 1 + rng.below(3);
        for (std::uint64_t change = 0; change < changes; ++change) {
            const auto at = rng.below(text.size());
            switch (rng.below(3)) {
                case 0:
                    text[at] = static_cast<char>(rng.below(256));
                    break;
                case 1:
                    text.erase(at, 1 + rng.below(8));
                    break;
                default:
                    text.insert(at, text.substr(rng.below(text.size()), rng.below(20)));
                    break;
            }
        }
        const std::vector<RulesFile> files = {{"rules.xml", text}};
        const auto outcome = load_rules(files);
        if (const auto* loaded = std::get_if<LoadedRules>(&outcome)) {
            std::vector<std::string> remarks;
            resolve_application(loaded->rules, "b_1", kAlphaToDelta, remarks);
            resolve_process(loaded->rules, "b_1", "p_1", remarks);
        } else {
            CHECK(!std::get<LoadFailure>(outcome).errors.empty());
            ++refusals;
        }
    }
    CHECK(refusals > 100);
}
