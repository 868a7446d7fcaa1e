#pragma once
/* simdjson is C++: its header is included by CFastJSON alone. This target only carries the link flags. */
