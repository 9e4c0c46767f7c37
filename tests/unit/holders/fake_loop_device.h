/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel/loop_device.h without devices: each has what a test put there behind it. */
#pragma once

#include "kernel/loop_device.h"

/* What every device has behind it; NULL: none can be opened. Borrowed. */
void fake_loop_file(const struct loop_file *file);
