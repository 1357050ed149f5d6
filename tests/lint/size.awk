# SPDX-License-Identifier: Apache-2.0
# Measures C in kernel style, where a function's braces are alone in the first column
# and its signature starts after a blank line, a comment, or the end of something.
# With plain set, only lines and files are measured; with ranges set, nothing is, and
# each function comes out as "first:last".
function columns(s,   i, n, col) {
	n = length(s)
	for (i = 1; i <= n; i++)
		col = substr(s, i, 1) == "\t" ? col + 8 - col % 8 : col + 1
	return col
}
function parameters(s,   i, n, c, depth, count, last) {
	# The last group of parentheses in the first column's text is the list.
	sub(/^[^(]*\(/, "", s)
	sub(/, *\.\.\.\)/, ")", s)
	if (s ~ /^(void)?\)/)
		return 0
	n = length(s)
	count = 1
	for (i = 1; i <= n; i++) {
		c = substr(s, i, 1)
		if (c == "(")
			depth++
		else if (c == ")" && depth-- == 0)
			break
		else if (c == "," && depth == 0)
			count++
	}
	return count
}
FNR == 1 {
	if (!ranges && lines > 800)
		print previous ":800: file has " lines " lines, 800 is the limit"
	signature = ""
	inside = 0
}
{
	lines = FNR
	previous = FILENAME
	limit = plain || FILENAME ~ /\.def$/ ? 120 : 100
	if (!ranges && columns($0) > limit)
		print FILENAME ":" FNR ": line has " columns($0) " columns, " limit " is the limit"
}
plain { next }
/^\{$/ && signature ~ /\(/ && !inside {
	inside = 1
	n = parameters(signature)
	if (!ranges && n > 5)
		print FILENAME ":" start ": function has " n " parameters, 5 is the limit"
	next
}
/^\}/ {
	if (inside && ranges)
		print start ":" FNR
	else if (inside && FNR - start + 1 > 70)
		print FILENAME ":" start ": function has " FNR - start + 1 " lines, 70 is the limit"
	inside = 0
	signature = ""
	next
}
inside { next }
/^$/ || /^#/ || /;[ \t]*(\/\*.*)?$/ || /^ ?\*/ || /^\/\*/ || /\*\/$/ {
	signature = ""
	next
}
{
	if (signature == "")
		start = FNR
	signature = signature " " $0
}
