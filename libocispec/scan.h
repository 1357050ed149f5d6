/* SPDX-License-Identifier: Apache-2.0 */
/* scan.h - pure functions on pieces of JSON text: what yajl's lexer leaves to
 * its user (places, strict UTF-8 and surrogates, integers).  No memory, no
 * state; every function stays inside the bytes it was given.
 */
#ifndef OCISPEC_SCAN_H
#define OCISPEC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start of the token that ends at `end`, when the one before it ended at
 * `prev`: white space, commas and colons lie between. */
size_t oci_scan_token(const char *text, size_t prev, size_t end);

bool oci_scan_ascii(const char *s, size_t n);
/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool oci_scan_utf8(const char *s, size_t n);

/* Replace the escapes of the inside of a JSON string.  `out` has room for n
 * bytes, the result is never longer than its source.  0, -EINVAL for \u0000
 * (no C string can hold it), -EILSEQ for a malformed or unpaired escape. */
int oci_scan_unescape(const char *s, size_t n, char *out, size_t *ret);

/* Sign and magnitude of a JSON number.  -EINVAL when it has a fraction or an
 * exponent, -ERANGE when the magnitude exceeds 64 bits.  "-0" is 0. */
int oci_scan_integer(const char *s, size_t n, bool *negative, uint64_t *magnitude);

#endif
