/* Flags and propagation in the words of mount(8) and mountinfo. */
#pragma once

#include <stdint.h>

#define MOUNT_FLAGS_TEXT_SIZE 128u

/* The comma-joined words for a mount's flags, without the read-only flag; "" for none. */
void mount_flags_text(uint32_t attr, char buf[MOUNT_FLAGS_TEXT_SIZE]);

/* "private", "shared", "slave", "shared,slave" or "unbindable"; static. */
const char *propagation_text(uint32_t propagation);
