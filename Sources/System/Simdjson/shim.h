#pragma once
/* simdjson is C++: its header is included by CMCFastJSONShim alone. This target only carries the link flags. */
