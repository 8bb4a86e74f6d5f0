#include <utility>

#include "agent/codec/xmlrpc_writer.h"
#include "agent/shell/api.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

// The part of Api about calls from one instance to the interface of another.
namespace sup::shell {
namespace {

// Where the response goes when the client is another instance's.
class RemoteClient : public Responder::Channel {
public:
    using Served = std::function<void(core::RemoteCallServed)>;

    RemoteClient(Served served, InstanceId peer, std::uint64_t id)
        : served_(std::move(served)), answer_{peer, id, {}} {}

    void respond(HttpResponse response) override {
        answer_.response = {response.status, std::move(response.content_type),
                            std::move(response.body)};
        if (answer_.response.body.size() > kMaxRemoteBytes) {
            const auto fault = codec::rpc_fault(
                {FaultCode::Failed,
                 concat("an answer of ", answer_.response.body.size(), " bytes is more than the ",
                        kMaxRemoteBytes, " that another instance can have")});
            answer_.response = {200, "text/xml", codec::encode_response(fault)};
        }
        served_(std::move(answer_));
    }
    std::shared_ptr<HttpStream> begin_stream(const HttpStreamHead&) override {
        return nullptr;  // the XML-RPC endpoint streams nothing
    }
    // The client of another instance never counts as gone: what it asked for is done.
    void watch_client(std::function<void()>) override {}

private:
    Served served_;
    core::RemoteCallServed answer_;
};

}  // namespace

void Api::call_instance(std::string instance, HttpRequest request, const Responder& responder) {
    const auto id = ++last_;
    calling_.emplace(id, responder);
    responder.watch_client([this, id] {
        if (calling_.erase(id) > 0) {
            callbacks_.gone(id);
        }
    });
    callbacks_.call_instance(
        {id, std::move(instance), std::move(request.body), std::move(request.authorization)});
}

void Api::serve(const core::ServeRemoteCall& command) {
    on_request(
        {"/RPC2", command.body, command.authorization},
        Responder(std::make_shared<RemoteClient>(callbacks_.served, command.peer, command.id)));
}

void Api::on_answer(const core::AnswerRemoteCall& command) {
    auto found = calling_.extract(command.id);
    if (!found) {
        return;
    }
    std::visit(
        Overloaded{
            [&](const RemoteResponse& response) {
                found.mapped().respond({response.status, response.content_type, response.body});
            },
            [&](const Fault& fault) {
                found.mapped().respond(
                    {200, "text/xml", codec::encode_response(codec::rpc_fault(fault))});
            },
        },
        command.answer);
}

}  // namespace sup::shell
