#include "mount/flag_words.h"

#include <stdio.h>
#include <string.h>

#include "mount/flags.h"
#include "kernel/syscalls.h"

void words_of_flags(uint32_t attr, char buf[WORDS_SIZE])
{
	size_t used = 0;
	const char *word = NULL;

	buf[0] = '\0';
	for (size_t i = 0; (word = flags_word_of(attr, i)) && used < WORDS_SIZE; i++)
		used += (size_t)snprintf(buf + used, WORDS_SIZE - used, "%s%s",
					 i ? "," : "", word);
}

const char *words_of_propagation(uint32_t propagation)
{
	if ((propagation & SHIM_MS_SHARED) && (propagation & SHIM_MS_SLAVE))
		return "shared,slave";
	if (propagation & SHIM_MS_SHARED)
		return "shared";
	if (propagation & SHIM_MS_SLAVE)
		return "slave";
	return propagation & SHIM_MS_UNBINDABLE ? "unbindable" : "private";
}
