# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads the target's trace of one round: what it has done, in order, and the mark "loss", when the
# nodes lost each other.
# -v winner=HOST -v loser=HOST: initiators' last names. Prints, separated by blanks, seconds from
# the loss to the first LUN's fence, to the last one's, and to the winner's first write after it;
# how many writes of the loser's were done before the loss, and after it. Ends with 1, and says why,
# if a write of the loser's comes after the winner's first one after the fence, or something of this
# never happened.

# The seconds that the line begins with, after the task's name, which may have blanks.
function when()
{
	match($0, /[0-9]+\.[0-9]+: /)
	return substr($0, RSTART, RLENGTH) + 0
}

function complain(text)
{
	print text
	wrong = 1
}

/tracing_mark_write: loss/ { loss = when() }

/target_cmd_complete:/ && /status GOOD/ {
	match($0, /lab:host-[12]/)
	host = substr($0, RSTART + 4, RLENGTH - 4)
	match($0, /LUN [0-9]+/)
	lun = substr($0, RSTART + 4, RLENGTH - 4) + 0
	time = when()
	if (/PERSISTENT_RESERVE_OUT/) {
		# the service action PREEMPT AND ABORT
		if (/CDB 5f[: ]?05/)
			if (host == winner && loss && !(lun in fenced)) {
				fenced[lun] = time
				first_fence = first_fence ? first_fence : time
				last_fence = time
				fences++
			}
		next
	}
	if (host == winner) {
		if (lun in fenced && !(lun in written_after)) {
			written_after[lun] = time
			first_write = first_write ? first_write : time
		}
	} else if (host == loser) {
		if (lun in written_after)
			complain("LUN " lun ": a write of " loser "'s was done at " time ", after the fence at " fenced[lun] \
				" and a write of " winner "'s at " written_after[lun])
		if (loss)
			after++
		else
			before++
	}
}

END {
	if (!loss)
		complain("the mark of the loss is not there")
	if (fences != luns)
		complain(fences + 0 " of " luns " LUNs were fenced")
	if (!before)
		complain(loser " wrote nothing before the loss")
	if (!after)
		complain(loser " wrote nothing after the loss")
	if (!first_write)
		complain(winner " wrote nothing after the fence")
	for (lun in fenced)
		if (lun ~ ("^(" written ")$") && !(lun in written_after))
			complain("LUN " lun ": " winner " wrote nothing after the fence")
	if (!wrong)
		printf "%.2f %.2f %.2f %d %d\n", first_fence - loss, last_fence - loss, first_write - loss, before, after
	exit wrong
}
