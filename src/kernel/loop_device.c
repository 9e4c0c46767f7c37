/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/loop_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"

int sys_loop_file(const char *device, struct loop_file *ret)
{
	scoped_fd int fd = open(device, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct loop_info64 info = {0};

	if (fd < 0 || ioctl(fd, LOOP_GET_STATUS64, &info) < 0)
		return -errno;
	/* The kernel packs major and minor number as makedev(3) does, as far as it goes. */
	*ret = (struct loop_file){.dev = info.lo_device, .ino = info.lo_inode};
	return 0;
}
