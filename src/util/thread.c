// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/thread.h"

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

bool condition_init(struct condition *condition)
{
	pthread_condattr_t attributes;

	return !pthread_mutex_init(&condition->lock, NULL) && !pthread_condattr_init(&attributes) &&
	       !pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) &&
	       !pthread_cond_init(&condition->changed, &attributes);
}

void condition_lock(struct condition *condition)
{
	pthread_mutex_lock(&condition->lock);
}

void condition_unlock(struct condition *condition)
{
	pthread_mutex_unlock(&condition->lock);
}

void condition_signal(struct condition *condition)
{
	pthread_cond_signal(&condition->changed);
}

void condition_wait(struct condition *condition)
{
	struct timespec until = clock_timespec(clock_now() + THREAD_TICK);

	pthread_cond_timedwait(&condition->changed, &condition->lock, &until);
}
