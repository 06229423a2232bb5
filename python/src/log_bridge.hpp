// Passes the core's log lines and troubles on to Python's logging.
#pragma once

namespace cache_on_disk::python {

/// Starts it, for lines from this level of logging on.
void bridge_log(int level);

}  // namespace cache_on_disk::python
