#pragma once
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlIO.h>

/* xmlFree is a mutable global function pointer, which Swift 6 does not let through. */
static inline void cxml_free(void *memory) { xmlFree(memory); }
