#include "agent/shell/http_acceptor.h"

namespace sup::shell {

using boost::asio::ip::tcp;
using Failure = boost::system::error_code;

Status listen_at(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    Failure failure;
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    }
    if (!failure) {
        acceptor.bind(endpoint, failure);
    }
    if (!failure) {
        acceptor.listen(boost::asio::socket_base::max_listen_connections, failure);
    }
    if (!failure) {
        return {};
    }
    Failure ignored;  // it is given up whatever close says
    acceptor.close(ignored);
    return Error{failure.message()};
}

}  // namespace sup::shell
