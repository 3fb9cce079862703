// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/thread.h"

#include <pthread.h>
#include <stddef.h>

#define STACK_SIZE ((size_t)256 * 1024) /* of address space */

bool thread_start(void *(*function)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool started;

	if (pthread_attr_init(&attributes))
		return false;
	started = !pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) &&
		  !pthread_attr_setstacksize(&attributes, STACK_SIZE) &&
		  !pthread_create(&thread, &attributes, function, argument);
	pthread_attr_destroy(&attributes);
	return started;
}
