#include "agent/shell/api.h"

#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "agent/codec/xmlrpc_value.h"
#include "http_server_client.h"

namespace sup::shell {
namespace {

using codec::Array;
using codec::Call;
using codec::RpcFault;
using codec::Struct;
using codec::Value;

// What a client would see of the response to one request.
struct Received : Responder::Channel {
    std::optional<HttpResponse> response;
    std::function<void()> on_gone;

    void respond(HttpResponse given) override {
        REQUIRE_FALSE(response);
        response = std::move(given);
        on_gone = nullptr;
    }
    std::shared_ptr<HttpStream> begin_stream(const HttpStreamHead&) override {
        FAIL("the API streams nothing");
        return nullptr;
    }
    void watch_client(std::function<void()> watch) override { on_gone = std::move(watch); }

    std::variant<Value, RpcFault> result() const {
        REQUIRE(response);
        REQUIRE(response->status == 200);
        const auto parsed = codec::parse_response(response->body);
        REQUIRE(parsed);
        return *parsed;
    }
};

// An API whose core only notes what it is asked; its supervisord is a real HTTP server on loopback.
struct Fixture {
    Fixture() : supervisor(loop, {"127.0.0.1", 0}, {"user", "secret"}) {
        supervisor.add_route({"/RPC2", "POST", [this](HttpRequest request, Responder responder) {
                                  relayed.push_back(request.body);
                                  responder.respond({200, "text/xml", supervisor_says});
                              }});
        REQUIRE(supervisor.listen());
        forward.emplace(loop, SupervisorAddress{"127.0.0.1", supervisor.port(), "user", "secret"});
        api.emplace(
            ApiCallbacks{
                .queries = []() -> core::Queries {
                    throw std::logic_error("nothing is read here");
                },
                .submit =
                    [this](core::OperatorRequest one) {
                        submitted.push_back(std::move(one));
                        answer_later();
                    },
                .submit_here =
                    [this](const core::LocalOperatorRequest& one) {
                        loop.post([this, id = one.id] {
                            api->on_answer(core::AnswerOperator{id, Done{}});
                        });
                    },
                .call_instance =
                    [this](core::RemoteCallAsked asked) { called.push_back(std::move(asked)); },
                .served = [this](core::RemoteCallServed one) { served.push_back(std::move(one)); },
                .gone = [this](core::RequestId id) { gone.push_back(id); },
                .change_log_level = [this](LogLevel one) { level = one; }},
            *forward);
    }

    std::shared_ptr<Received> send(const Call& call) {
        auto received = std::make_shared<Received>();
        api->on_request({"/RPC2", codec::encode_call(call), {}}, Responder(received));
        return received;
    }
    void answer_later() {
        if (answers_by_itself) {
            loop.post([this] {
                api->on_answer(core::AnswerOperator{submitted.back().id, Done{}});
            });
        }
    }
    // Runs the loop until the response is there.
    void wait_for(const std::shared_ptr<Received>& received) {
        const std::function<void()> look = [this, received, &look] {
            if (received->response) {
                loop.stop();
            } else {
                loop.post(look);
            }
        };
        loop.post(look);
        loop.run();
    }

    EventLoop loop;
    HttpServer supervisor;
    std::string supervisor_says = codec::encode_response(codec::Outcome{codec::value_xml(true)});
    std::vector<std::string> relayed;
    bool answers_by_itself = false;
    std::optional<SupervisorForward> forward;
    std::optional<Api> api;
    std::vector<core::OperatorRequest> submitted;
    std::vector<core::RequestId> gone;
    std::vector<core::RemoteCallAsked> called;
    std::vector<core::RemoteCallServed> served;
    std::optional<LogLevel> level;
};

Value text(const char* value) {
    return {std::string(value)};
}

TEST_CASE("a target that names an instance is a call to that instance") {
    Fixture fixture;
    struct Row {
        std::string target;
        std::string want;
    };
    const auto row =
        GENERATE(Row{"/RPC2/server_1", "server_1"}, Row{"/RPC2/10.0.0.1%3A60000", "10.0.0.1:60000"},
                 Row{"/RPC2/10.0.0.1:60000/", "10.0.0.1:60000"}, Row{"/RPC2/a%zz?b", "a%zz"});
    auto received = std::make_shared<Received>();
    fixture.api->on_request({row.target, "any text", "Basic x"}, Responder(received));
    REQUIRE(fixture.called.size() == 1);
    CHECK(fixture.called[0].instance == row.want);
    CHECK(fixture.called[0].body == "any text");
    CHECK(fixture.called[0].authorization == "Basic x");
    fixture.api->on_answer(
        core::AnswerRemoteCall{fixture.called[0].id, RemoteResponse{200, "text/xml", "answer"}});
    REQUIRE(received->response);
    CHECK(received->response->body == "answer");
}

TEST_CASE("a call to another instance that cannot be made is a fault, its client may leave") {
    Fixture fixture;
    auto received = std::make_shared<Received>();
    fixture.api->on_request({"/RPC2/b", "x", {}}, Responder(received));
    fixture.api->on_answer(
        core::AnswerRemoteCall{fixture.called[0].id, Fault{FaultCode::NotRunning, "b"}});
    CHECK(std::get<RpcFault>(received->result()).text == "NOT_RUNNING: b");

    auto leaving = std::make_shared<Received>();
    fixture.api->on_request({"/RPC2/b", "x", {}}, Responder(leaving));
    leaving->on_gone();
    CHECK(fixture.gone == std::vector{fixture.called[1].id});
    fixture.api->on_answer(
        core::AnswerRemoteCall{fixture.called[1].id, Fault{FaultCode::NotRunning, "b"}});
    CHECK_FALSE(leaving->response);
}

TEST_CASE("a call of another instance is served like one of our own clients") {
    Fixture fixture;
    fixture.api->serve(
        {InstanceId{2}, 7, codec::encode_call({"supvisors.get_api_version", {}}), {}});
    fixture.api->serve({InstanceId{2}, 8, "no XML", {}});
    REQUIRE(fixture.served.size() == 2);
    CHECK(fixture.served[0].id == 7);
    CHECK(fixture.served[0].peer == InstanceId{2});
    CHECK(fixture.served[0].response.body.find("0.19") != std::string::npos);
    CHECK(fixture.served[1].response.status == 400);
}

TEST_CASE("a request is answered when the core answers, with true or its fault") {
    Fixture fixture;
    const auto stop = fixture.send({"supvisors.stop_process", {text("db:*")}});
    const auto start = fixture.send({"supvisors.start_process", {{0}, text("db:a")}});
    REQUIRE(fixture.submitted.size() == 2);
    CHECK_FALSE(stop->response);
    CHECK(std::get<StartProcess>(fixture.submitted[1].request).process.name == "a");

    fixture.api->on_answer(
        core::AnswerOperator{fixture.submitted[1].id, Fault{FaultCode::NotRunning, "db:a"}});
    CHECK(std::get<RpcFault>(start->result()) == RpcFault{70, "NOT_RUNNING: db:a"});
    CHECK_FALSE(stop->response);
    fixture.api->on_answer(core::AnswerOperator{fixture.submitted[0].id, Done{}});
    CHECK(std::get<Value>(stop->result()) == Value{true});
}

TEST_CASE("the process that was chosen is answered by its namespec") {
    Fixture fixture;
    const auto any = fixture.send({"supvisors.start_any_process", {{0}, text("^db:")}});
    REQUIRE(fixture.submitted.size() == 1);
    fixture.api->on_answer({fixture.submitted[0].id, Started{"db:node_00"}});
    CHECK(std::get<Value>(any->result()) == text("db:node_00"));
}

TEST_CASE("the core learns that the client of a waiting request is gone, and may answer late") {
    Fixture fixture;
    const auto received = fixture.send({"supvisors.stop_process", {text("db:*")}});
    REQUIRE(received->on_gone);
    received->on_gone();
    CHECK(fixture.gone == std::vector{fixture.submitted.at(0).id});
    fixture.api->on_answer(core::AnswerOperator{fixture.submitted[0].id, Done{}});
    CHECK_FALSE(received->response);
}

TEST_CASE("what is not a call is HTTP 400, an unknown method is fault 1") {
    Fixture fixture;
    const auto received = std::make_shared<Received>();
    fixture.api->on_request({"/RPC2", "<nonsense", {}}, Responder(received));
    CHECK(received->response.value().status == 400);
    CHECK(std::get<RpcFault>(fixture.send({"other.x", {}})->result()).code == 1);
    CHECK(std::get<RpcFault>(fixture.send({"supvisors.x", {}})->result()).code == 1);
}

TEST_CASE("the log level is the shell's business") {
    Fixture fixture;
    const auto received = fixture.send({"supvisors.change_log_level", {text("Debug")}});
    CHECK(std::get<Value>(received->result()) == Value{true});
    CHECK(fixture.level == LogLevel::Debug);
}

TEST_CASE("a call to supervisord is relayed as it is, and so is its answer") {
    Fixture fixture;
    fixture.supervisor_says = "<anything/>";
    const auto received = fixture.send({"supervisor.getState", {}});
    fixture.wait_for(received);
    CHECK(received->response->body == "<anything/>");
    CHECK(fixture.relayed == std::vector{codec::encode_call({"supervisor.getState", {}})});
}

TEST_CASE("what only supervisord takes for a call is relayed, unless it is harmful") {
    Fixture fixture;
    const std::string odd =
        "<methodCall><methodName>supervisor.readLog</methodName><params><param><value><int> 0 "
        "</int></value></param></params></methodCall>";
    const auto received = std::make_shared<Received>();
    fixture.api->on_request({"/RPC2", odd, {}}, Responder(received));
    fixture.wait_for(received);
    CHECK(fixture.relayed == std::vector{odd});
    for (const auto& body :
         {"<!DOCTYPE a>" + odd, std::string("<methodName>supervisor.readLog"),
          std::string("<methodCall><methodName>supvisors.x</methodName><params>")}) {
        const auto refused = std::make_shared<Received>();
        fixture.api->on_request({"/RPC2", body, {}}, Responder(refused));
        CHECK(refused->response.value().status == 400);
    }
}

TEST_CASE("a supervisord that is not there is a fault that says so") {
    Fixture fixture;
    std::uint16_t closed = 0;
    {
        HttpServer other(fixture.loop, {"127.0.0.1", 0}, {});
        REQUIRE(other.listen());
        closed = other.port();
    }
    SupervisorForward nowhere(fixture.loop, {"127.0.0.1", closed, {}, {}});
    Api api({}, nowhere);
    const auto received = std::make_shared<Received>();
    api.on_request({"/RPC2", codec::encode_call({"supervisor.getState", {}}), {}},
                   Responder(received));
    fixture.wait_for(received);
    const auto fault = std::get<RpcFault>(received->result());
    CHECK(fault.code == 30);
    CHECK(fault.text.starts_with("FAILED: the local supervisord at 127.0.0.1:"));
}

TEST_CASE("a wrong password for supervisord is not taken for the client's") {
    Fixture fixture;
    SupervisorForward forward(fixture.loop,
                              {"127.0.0.1", fixture.supervisor.port(), "user", "wrong"});
    Api api({}, forward);
    const auto received = std::make_shared<Received>();
    api.on_request({"/RPC2", codec::encode_call({"supervisor.getState", {}}), {}},
                   Responder(received));
    fixture.wait_for(received);
    CHECK(std::get<RpcFault>(received->result())
              .text.ends_with("refused the user and password of [inet_http_server]"));
}

TEST_CASE("where only the hash of the password is known, the client's own header goes on") {
    Fixture fixture;
    SupervisorForward forward(fixture.loop,
                              {"127.0.0.1", fixture.supervisor.port(), "user", "{SHA}e5e9"});
    Api api({}, forward);
    const auto received = std::make_shared<Received>();
    api.on_request(
        {"/RPC2", codec::encode_call({"supervisor.getState", {}}), "Basic dXNlcjpzZWNyZXQ="},
        Responder(received));
    fixture.wait_for(received);
    CHECK(std::get<Value>(received->result()) == Value{true});
}

TEST_CASE("listMethods merges both, sorted") {
    Fixture fixture;
    fixture.supervisor_says = codec::encode_response(codec::Outcome{
        codec::value_xml(std::vector<std::string>{"system.listMethods", "supervisor.getState"})});
    const auto received = fixture.send({"system.listMethods", {}});
    fixture.wait_for(received);
    const auto result = received->result();
    const auto& names = std::get<Array>(std::get<Value>(result).content);
    CHECK(names.size() == codec::supvisors_method_names().size() + 2);
    CHECK(names.front() == text("supervisor.getState"));
    CHECK(names.back() == text("system.listMethods"));
}

TEST_CASE("our methods are described here, unknown ones are fault 4") {
    Fixture fixture;
    const auto signature = fixture.send({"system.methodSignature", {text("supvisors.end_sync")}});
    CHECK(std::get<Value>(signature->result()) == Value{Array{text("boolean"), text("string")}});
    const auto unknown = fixture.send({"system.methodHelp", {text("supvisors.x")}});
    CHECK(std::get<RpcFault>(unknown->result()) == RpcFault{4, "SIGNATURE_UNSUPPORTED"});
}

Value element(const char* method, Array parameters) {
    return {Struct{{"methodName", text(method)}, {"params", {std::move(parameters)}}}};
}

TEST_CASE("a multicall goes over both, in order, faults as structs") {
    Fixture fixture;
    fixture.answers_by_itself = true;
    const Array calls{element("supvisors.get_api_version", {}),
                      element("supervisor.getState", {}),
                      element("supvisors.stop_process", {text("a")}),
                      element("supvisors.x", {}),
                      element("system.multicall", {}),
                      {Struct{}},
                      {3}};
    const auto received = fixture.send({"system.multicall", {{calls}}});
    fixture.wait_for(received);
    const auto fault = [](int code, const char* string) {
        return Value{Struct{{"faultCode", {code}}, {"faultString", text(string)}}};
    };
    const Array want{text("0.19"),
                     {true},
                     {true},
                     fault(1, "UNKNOWN_METHOD"),
                     fault(2, "INCORRECT_PARAMETERS: Recursive system.multicall forbidden"),
                     fault(2, "INCORRECT_PARAMETERS: No methodName"),
                     fault(2, "INCORRECT_PARAMETERS: No methodName")};
    CHECK(std::get<Value>(received->result()) == Value{want});
}

TEST_CASE(
    "a multicall that is supervisord's alone is relayed whole, one that is gone is cancelled") {
    Fixture fixture;
    const Call foreign{"system.multicall", {{Array{element("supervisor.getState", {})}}}};
    fixture.wait_for(fixture.send(foreign));
    CHECK(fixture.relayed == std::vector{codec::encode_call(foreign)});

    const auto received = fixture.send(
        {"system.multicall", {{Array{element("supvisors.stop_process", {text("a")})}}}});
    REQUIRE(received->on_gone);
    received->on_gone();
    CHECK(fixture.gone == std::vector{fixture.submitted.at(0).id});
}

TEST_CASE("too many calls at once are refused") {
    Fixture fixture;
    const Array calls(1001, element("supvisors.get_api_version", {}));
    const auto received = fixture.send({"system.multicall", {{calls}}});
    CHECK(std::get<RpcFault>(received->result()) ==
          RpcFault{2, "INCORRECT_PARAMETERS: 1001 calls, at most 1000 expected"});
}

}  // namespace
}  // namespace sup::shell
