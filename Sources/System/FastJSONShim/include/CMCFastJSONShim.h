#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A C face of simdjson's DOM: parse once, walk with small values that are valid while the document lives. */

typedef struct cfj_document cfj_document;

/* A place in the document's tape. Copyable; never outlives its document. */
typedef struct {
  const void *document;
  size_t index;
} cfj_value;

typedef enum {
  CFJ_ARRAY,
  CFJ_OBJECT,
  CFJ_INT,
  CFJ_UINT,
  CFJ_DOUBLE,
  CFJ_STRING,
  CFJ_BOOL,
  CFJ_NULL,
} cfj_type;

typedef struct {
  const char *bytes;
  size_t count;
} cfj_string;

/* Parses `count` bytes (copied and padded inside). NULL on failure; then *message is static text. */
cfj_document *cfj_parse(const char *bytes, size_t count, size_t max_depth, const char **message);
void cfj_free(cfj_document *document);
cfj_value cfj_root(const cfj_document *document);

cfj_type cfj_type_of(cfj_value value);
bool cfj_get_int64(cfj_value value, int64_t *out);
bool cfj_get_uint64(cfj_value value, uint64_t *out);
bool cfj_get_double(cfj_value value, double *out);
bool cfj_get_bool(cfj_value value, bool *out);
bool cfj_get_string(cfj_value value, cfj_string *out);

/* Walks an array or object: begin, then step while `cfj_step` gives true. */
typedef struct {
  const void *document;
  size_t next;
  size_t end;
  bool is_object;
} cfj_iterator;

cfj_iterator cfj_iterate(cfj_value container);
bool cfj_step(cfj_iterator *iterator, cfj_string *key, cfj_value *value);

/* An element that is a string, or an array of two strings. */
typedef struct {
  cfj_string first;
  cfj_string second;
  bool is_pair;
} cfj_texts;

/* A member with an integer. */
typedef struct {
  cfj_string key;
  int64_t value;
} cfj_integer_member;

/* Take up to `capacity` elements or members of that form; they stop before the first of another, or at the end. */
size_t cfj_take_texts(cfj_iterator *iterator, cfj_texts *out, size_t capacity);
size_t cfj_take_integers(cfj_iterator *iterator, cfj_integer_member *out, size_t capacity);

/* How many members or elements; saturates at 0xFFFFFF, so use it as a hint only. */
size_t cfj_count_hint(cfj_value container);

#ifdef __cplusplus
}
#endif
