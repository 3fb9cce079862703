# SPDX-License-Identifier: GPL-2.0-or-later
#
# For the programs that print what lab/bench has measured: the middle one of the numbers in @list.

function median(list,	n, a, i, j, t)
{
	n = split(list, a, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) {
			t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
		}
	return n == 0 ? 0 : n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
