// The part of Asio and Beast that need not be compiled with each file that uses them.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
