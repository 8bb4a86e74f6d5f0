#pragma once

namespace sup::listener {

// Asks the scheduler to give this thread, and those it creates, the processor as soon as they wake,
// at the price of shorter turns: what comes from supervisord needs some tens of microseconds of
// work, while supervisord, which told it, goes on to fork for milliseconds. Needs no privilege; a
// kernel before 6.12 ignores it. The niceness stays as it is.
void take_short_slices();

}  // namespace sup::listener
