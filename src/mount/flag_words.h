/* Flags and propagation in the words of mount(8) and mountinfo. */
#pragma once

#include <stdint.h>

#define WORDS_SIZE 128u

/* The comma-joined words for a mount's flags, without the read-only flag; "" for none. */
void words_of_flags(uint32_t attr, char buf[WORDS_SIZE]);

/* "private", "shared", "slave", "shared,slave" or "unbindable"; static. */
const char *words_of_propagation(uint32_t propagation);
