/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads with small stacks, that nobody joins: one may hang for as long as its path does. */
#ifndef THREAD_H
#define THREAD_H

#include <stdbool.h>

/* Runs @function on @argument in a thread. False: there is none to be had. */
bool thread_start(void *(*function)(void *), void *argument);

#endif
