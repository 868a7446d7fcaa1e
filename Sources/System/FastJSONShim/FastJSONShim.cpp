#include "CMCFastJSONShim.h"
#include <cstring>
#include <new>
#include <type_traits>
#include <simdjson.h>

namespace dom = simdjson::dom;

struct cfj_document {
  cfj_document() : parser(), root() {}
  dom::parser parser;
  dom::element root;
};

namespace {

/* simdjson's elements and iterators are each a document pointer and a tape index: stored here bit by bit. */
template <typename Place>
Place unpack(cfj_value value) {
  static_assert(sizeof(Place) == sizeof(cfj_value), "simdjson changed the layout of its tape references");
  static_assert(std::is_trivially_copyable<Place>::value, "a tape reference must be copyable as bytes");
  alignas(Place) unsigned char storage[sizeof(Place)];
  std::memcpy(storage, &value, sizeof value);
  return *reinterpret_cast<Place *>(storage);
}

dom::element unpack(cfj_value value) { return unpack<dom::element>(value); }

template <typename Place>
cfj_value pack(Place place) {
  cfj_value value;
  std::memcpy(static_cast<void *>(&value), static_cast<const void *>(&place), sizeof value);
  return value;
}

cfj_string view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

extern "C" {

cfj_document *cfj_parse(const char *bytes, size_t count, size_t max_depth, const char **message) {
  cfj_document *document = nullptr;
  try {
    document = new cfj_document();
    simdjson::error_code error = document->parser.allocate(count, max_depth);
    if (!error) error = document->parser.parse(bytes, count, true).get(document->root);
    if (!error) return document;
    *message = simdjson::error_message(error);
  } catch (const std::bad_alloc &) {
    *message = "not enough memory to parse the document";
  }
  delete document;
  return nullptr;
}

void cfj_free(cfj_document *document) { delete document; }

cfj_value cfj_root(const cfj_document *document) { return pack(document->root); }

cfj_type cfj_type_of(cfj_value value) {
  switch (unpack(value).type()) {
    case dom::element_type::ARRAY: return CFJ_ARRAY;
    case dom::element_type::OBJECT: return CFJ_OBJECT;
    case dom::element_type::INT64: return CFJ_INT;
    case dom::element_type::UINT64: return CFJ_UINT;
    case dom::element_type::DOUBLE: return CFJ_DOUBLE;
    case dom::element_type::STRING: return CFJ_STRING;
    case dom::element_type::BOOL: return CFJ_BOOL;
    case dom::element_type::NULL_VALUE: break;
  }
  return CFJ_NULL;
}

bool cfj_get_int64(cfj_value value, int64_t *out) { return !unpack(value).get_int64().get(*out); }
bool cfj_get_uint64(cfj_value value, uint64_t *out) { return !unpack(value).get_uint64().get(*out); }

bool cfj_get_double(cfj_value value, double *out) { return !unpack(value).get_double().get(*out); }

bool cfj_get_bool(cfj_value value, bool *out) { return !unpack(value).get_bool().get(*out); }

bool cfj_get_string(cfj_value value, cfj_string *out) {
  std::string_view text;
  if (unpack(value).get_string().get(text)) return false;
  *out = view(text);
  return true;
}

cfj_iterator cfj_iterate(cfj_value container) {
  dom::array array;
  dom::object object;
  if (!unpack(container).get_array().get(array)) {
    cfj_value first = pack(array.begin()), last = pack(array.end());
    return {first.document, first.index, last.index, false};
  }
  if (!unpack(container).get_object().get(object)) {
    cfj_value first = pack(object.begin()), last = pack(object.end());
    return {first.document, first.index, last.index, true};
  }
  return {nullptr, 0, 0, false};
}

bool cfj_step(cfj_iterator *iterator, cfj_string *key, cfj_value *value) {
  if (iterator->next >= iterator->end) return false;
  cfj_value place = {iterator->document, iterator->next};
  if (iterator->is_object) {
    auto member = unpack<dom::object::iterator>(place);
    *key = view(member.key());
    *value = pack(member.value());
    iterator->next = pack(++member).index;
  } else {
    auto element = unpack<dom::array::iterator>(place);
    *key = {nullptr, 0};
    *value = pack(*element);
    iterator->next = pack(++element).index;
  }
  return true;
}

size_t cfj_take_texts(cfj_iterator *iterator, cfj_texts *out, size_t capacity) {
  size_t taken = 0;
  if (iterator->is_object || iterator->next >= iterator->end) return 0;
  auto element = unpack<dom::array::iterator>(cfj_value{iterator->document, iterator->next});
  for (; taken < capacity && iterator->next < iterator->end; ++taken) {
    dom::element value = *element;
    std::string_view first, second;
    dom::array pair;
    bool is_pair = false;
    if (value.get_string().get(first)) {
      if (value.get_array().get(pair)) break;
      auto part = pair.begin(), end = pair.end();
      if (!(part != end) || (*part).get_string().get(first)) break;
      ++part;
      if (!(part != end) || (*part).get_string().get(second)) break;
      ++part;
      if (part != end) break;
      is_pair = true;
    }
    out[taken] = {view(first), view(second), is_pair};
    iterator->next = pack(++element).index;
  }
  return taken;
}

size_t cfj_take_integers(cfj_iterator *iterator, cfj_integer_member *out, size_t capacity) {
  size_t taken = 0;
  if (!iterator->is_object || iterator->next >= iterator->end) return 0;
  auto member = unpack<dom::object::iterator>(cfj_value{iterator->document, iterator->next});
  for (; taken < capacity && iterator->next < iterator->end; ++taken) {
    int64_t value;
    if (member.value().get_int64().get(value)) break;
    out[taken] = {view(member.key()), value};
    iterator->next = pack(++member).index;
  }
  return taken;
}

size_t cfj_count_hint(cfj_value container) {
  dom::array array;
  dom::object object;
  if (!unpack(container).get_array().get(array)) return array.size();
  if (!unpack(container).get_object().get(object)) return object.size();
  return 0;
}

}  // extern "C"
