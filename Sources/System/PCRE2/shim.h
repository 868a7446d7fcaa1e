#pragma once
/* Code units of 8 bits: patterns here are over classes of characters, one byte each. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
