// libzmq is not built with the thread sanitizer, which therefore does not see how its threads hand
// over messages to each other. Our own accesses stay watched.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions() {
    return "called_from_lib:libzmq.so\n"
           "race:libzmq.so\n";
}
#endif
