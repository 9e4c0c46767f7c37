/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the mount(8) of busybox keeps to itself. Of a line in fstab it hands on the words that it does
 * not know, but neither flags nor `nofail`; and a source that is a file it takes for the image
 * of a disk, and hands on a loop device. The line has all of it.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "mount_helper_args.h"

/*
 * Complete the call by its line in fstab, where busybox made it. Returns 0, or -1 with *err filled:
 * no memory, or a loop device that is not of the line's file. That would be shown at the target
 * as a device, through which the file behind it is written.
 */
MUST_CHECK int mount_call_complete(struct mount_call *call, struct error *err);
