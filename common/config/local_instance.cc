#include "common/config/local_instance.h"

#include <algorithm>
#include <vector>

#include "common/base/hosts.h"
#include "common/base/text.h"
#include "common/config/instance_item.h"

namespace sup::config {
namespace {

using Places = std::vector<std::size_t>;

class Recognition {
public:
    Recognition(std::span<const InstanceItem> items, const InetServer& inet, const HostFacts& host)
        : items_(items), inet_(inet), host_(host) {
        all_loopback_ = std::all_of(items.begin(), items.end(),
                                    [](const auto& item) { return is_loopback_host(item.host); });
    }

    Result<std::size_t> run() const {
        for (const auto is_local : {&Recognition::is_known, &Recognition::is_resolved}) {
            const auto found = matches(is_local);
            const auto kept = found.size() > 1 ? bound_address(found) : found;
            if (kept.size() == 1) {
                return kept.front();
            }
            if (kept.size() > 1) {
                return Error{concat("several items are this instance: ", list(kept),
                                    "; expected one item with a host among ", known_names(),
                                    " and the http_port ", inet_.port)};
            }
        }
        return Error{none_found()};
    }

private:
    Places matches(bool (Recognition::*is_local)(const InstanceItem&) const) const {
        Places found;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (items_[i].http_port == inet_.port && (this->*is_local)(items_[i])) {
                found.push_back(i);
            }
        }
        return found;
    }

    bool is_known(const InstanceItem& item) const {
        if (is_loopback_host(item.host)) {
            return all_loopback_;
        }
        const auto name = to_lower(item.host);
        return std::any_of(host_.local_names.begin(), host_.local_names.end(),
                           [&](const auto& local) { return to_lower(local) == name; });
    }

    // A name that leads to one of our addresses, be it a loopback one given by /etc/hosts.
    bool is_resolved(const InstanceItem& item) const {
        if (!host_.resolve || is_ipv4(item.host) || is_loopback_host(item.host)) {
            return false;
        }
        const auto addresses = host_.resolve(item.host);
        return std::any_of(addresses.begin(), addresses.end(), [&](const auto& address) {
            return is_loopback_host(address) ||
                   std::find(host_.local_names.begin(), host_.local_names.end(), address) !=
                       host_.local_names.end();
        });
    }

    Places bound_address(const Places& places) const {
        const auto canonical = [](std::string_view host) {
            return host == "localhost" ? std::string("127.0.0.1") : to_lower(host);
        };
        Places bound;
        for (const auto place : places) {
            if (canonical(items_[place].host) == canonical(inet_.host)) {
                bound.push_back(place);
            }
        }
        return bound.empty() ? places : bound;
    }

    std::string list(const Places& places) const {
        std::vector<std::string> names;
        for (const auto place : places) {
            names.push_back(display_of(items_[place]));
        }
        return join(names, ", ");
    }

    std::string known_names() const {
        return host_.local_names.empty() ? std::string("(no name or address of this host is known)")
                                         : join(host_.local_names, ", ");
    }

    std::string none_found() const {
        Places here;
        Places all;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            all.push_back(i);
            if (is_known(items_[i])) {
                here.push_back(i);
            }
        }
        auto text =
            concat("no item is this instance; expected one with a host among ", known_names(),
                   " and the http_port ", inet_.port, "; the items are ", list(all));
        if (!here.empty()) {
            text += concat("; on this host, but with another http_port: ", list(here));
        }
        if (!all_loopback_ && std::any_of(items_.begin(), items_.end(), [](const auto& item) {
                return is_loopback_host(item.host);
            })) {
            text += "; loopback items count only when all items are loopback";
        }
        return text;
    }

    std::span<const InstanceItem> items_;
    const InetServer& inet_;
    const HostFacts& host_;
    bool all_loopback_ = false;
};

}  // namespace

Result<std::size_t> find_local_instance(std::span<const InstanceItem> items, const InetServer& inet,
                                        const HostFacts& host) {
    return Recognition(items, inet, host).run();
}

}  // namespace sup::config
