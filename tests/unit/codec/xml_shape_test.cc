#include "agent/codec/xml_shape.h"

#include <catch2/catch.hpp>

namespace sup::codec {
namespace {

TEST_CASE("elements and their depth are counted as a parser would") {
    struct Row {
        std::string_view xml;
        std::size_t elements;
        std::size_t depth;
    };
    const auto row =
        GENERATE(Row{"", 0, 0}, Row{"text > only", 0, 0}, Row{"<a/>", 1, 1}, Row{"<a></a>", 1, 1},
                 Row{"<a><b/><b/><c><d/></c></a>", 5, 3}, Row{"<a b='/>'><c/></a>", 2, 2},
                 Row{"<a b=\"'>\" /><c></c>", 2, 1}, Row{"<a><!-- <b><c> --><d/></a>", 2, 2},
                 Row{"<a><![CDATA[<b><c>]]></a>", 1, 1}, Row{"<?xml version='1.0'?><a/>", 1, 1},
                 Row{"</a></a><b/>", 1, 1}, Row{"<a", 1, 1}, Row{"<", 0, 0},
                 Row{"<a><!-- <b>", 1, 1}, Row{"<!-->--><a/>", 1, 1});
    CAPTURE(row.xml);
    const auto shape = xml_shape(row.xml);
    CHECK(shape.elements == row.elements);
    CHECK(shape.depth == row.depth);
}

}  // namespace
}  // namespace sup::codec
