# SPDX-License-Identifier: Apache-2.0
# Blanks out comments, and string and character literals when strings == 0.  Prints
# "file:line:code" for lines with code left.
FNR == 1 { comment = 0 }
{
	out = ""
	n = length($0)
	quote = ""
	for (i = 1; i <= n; i++) {
		c = substr($0, i, 1)
		two = substr($0, i, 2)
		if (comment) {
			if (two == "*/") {
				comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\") {
				if (strings)
					out = out two
				i++
			} else if (c == quote) {
				out = out c
				quote = ""
			} else if (strings) {
				out = out c
			}
		} else if (two == "/*") {
			comment = 1
			out = out " "
			i++
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	if (out ~ /[^ \t]/)
		print FILENAME ":" FNR ":" out
}
