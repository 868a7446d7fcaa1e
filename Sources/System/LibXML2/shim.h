#pragma once
#include <libxml/xmlversion.h>
/* Debian's libxml2 converts character sets by ICU and includes its headers for two fields that nobody here sees; Foundation
   has an ICU of its own, whose declarations differ. */
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlIO.h>

/* xmlFree is a mutable global function pointer, which Swift 6 does not let through. */
static inline void cxml_free(void *memory) { xmlFree(memory); }
