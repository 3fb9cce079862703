/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests play of device/lun_reset.h (the linker's --wrap). */
#ifndef LUN_RESET_PLAYED_H
#define LUN_RESET_PLAYED_H

#include "device/lun_reset.h"

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun);
int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited);
int __wrap_lun_reset_send(int fd);

#endif
