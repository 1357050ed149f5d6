#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes configure and Makefile.in from configure.ac and Makefile.am.  Needed
# once after a clone; a release tarball brings the result along.
set -e
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all,no-portability
