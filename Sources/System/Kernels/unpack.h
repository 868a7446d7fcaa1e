/*
 * The stored numbers of group g of a block, for one row or for several: included once for each. Some types have signs.
 *
 * CK_UNPACK: the function's name. CK_BYTES: sixteen bytes of each row. CK_SIXTEEN(p): those at p of each row, where p lies
 * in the first. CK_FIFTH(p): bytes with 16 where one of the sixteen bits at p is set. CK_TERNARY(p, half): digits of base
 * three, of half a group. CK_LOOKED_UP(table, index): numbers of a table of sixteen. Where the other rows lie is the
 * function's last argument, rows.
 */
CK_INLINE void CK_UNPACK(int type, const uint8_t *b, size_t g, CK_BYTES *low, CK_BYTES *high, const size_t *rows) {
  (void)rows;
  switch (type) {
    case CK_Q8_0:
      *low = CK_SIXTEEN(b + 2);
      *high = CK_SIXTEEN(b + 18);
      return;
    case CK_TQ1_0:
      *low = CK_TERNARY(b, 2 * g);
      *high = CK_TERNARY(b, 2 * g + 1);
      return;
    case CK_Q4_0:
    case CK_Q4_1:
    case CK_Q5_0:
    case CK_Q5_1:
    case CK_NIBBLES: {
      CK_BYTES q = CK_SIXTEEN(b + block_bytes(type) - 16);
      *low = q & 15;
      *high = q >> 4;
      if (type == CK_Q5_0 || type == CK_Q5_1) {
        *low |= CK_FIFTH(b + block_bytes(type) - 20);
        *high |= CK_FIFTH(b + block_bytes(type) - 18);
      }
      return;
    }
    case CK_Q4_K:
    case CK_Q5_K: {
      const uint8_t *q = b + block_bytes(type) - 128 + g / 2 * 32;
      *low = CK_SIXTEEN(q) >> (uint8_t)(g % 2 * 4) & 15;
      *high = CK_SIXTEEN(q + 16) >> (uint8_t)(g % 2 * 4) & 15;
      if (type == CK_Q5_K) {
        *low |= (CK_SIXTEEN(b + 16) >> (uint8_t)g & 1) << 4;
        *high |= (CK_SIXTEEN(b + 32) >> (uint8_t)g & 1) << 4;
      }
      return;
    }
    case CK_IQ4_NL:
    case CK_IQ4_XS:
    case CK_MXFP4: {
      CK_BYTES q = CK_SIXTEEN(b + (type == CK_IQ4_NL ? 2 : type == CK_MXFP4 ? 1 : 8 + 16 * g));
      const int8_t *numbers = type == CK_MXFP4 ? mxfp4_numbers : iq4_numbers;
      *low = CK_LOOKED_UP(numbers, q & 15);
      *high = CK_LOOKED_UP(numbers, q >> 4);
      return;
    }
    case CK_Q2_K:
    case CK_Q3_K:
    case CK_TQ2_0: {
      const uint8_t *q = b + (type == CK_Q2_K ? 16 : type == CK_Q3_K ? 32 : 0) + g / 4 * 32;
      uint8_t shift = (uint8_t)(g % 4 * 2);
      *low = CK_SIXTEEN(q) >> shift & 3;
      *high = CK_SIXTEEN(q + 16) >> shift & 3;
      if (type == CK_Q3_K) {
        *low |= (CK_SIXTEEN(b) >> (uint8_t)g & 1) << 2;
        *high |= (CK_SIXTEEN(b + 16) >> (uint8_t)g & 1) << 2;
      }
      return;
    }
    case CK_Q6_K: {
      const uint8_t *q = b + g / 4 * 64 + g % 2 * 32, *h = b + 128 + g / 4 * 32;
      uint8_t shift = (uint8_t)(g % 4 / 2 * 4), high_shift = (uint8_t)(g % 4 * 2);
      *low = (CK_SIXTEEN(q) >> shift & 15) | (CK_SIXTEEN(h) >> high_shift & 3) << 4;
      *high = (CK_SIXTEEN(q + 16) >> shift & 15) | (CK_SIXTEEN(h + 16) >> high_shift & 3) << 4;
      return;
    }
  }
}
#undef CK_UNPACK
#undef CK_BYTES
#undef CK_SIXTEEN
#undef CK_FIFTH
#undef CK_TERNARY
#undef CK_LOOKED_UP
