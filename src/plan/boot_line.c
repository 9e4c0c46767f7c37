/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/boot_line.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "mount/option_list.h"

static bool is_utf8(const char *text)
{
	uint32_t code = 0;
	size_t n = 1;

	for (; *text != '\0' && n > 0; text += n)
		n = utf8_decode(text, &code);
	return n > 0;
}

/* The end of a line in a unit is found before it is read: an odd backslash joins the next. */
static bool ends_the_line(const char *path)
{
	size_t n = strlen(path);
	size_t backslashes = 0;

	while (backslashes < n && path[n - 1 - backslashes] == '\\')
		backslashes++;
	return strpbrk(path, "\r\n") || backslashes % 2 == 1 ||
	       (n > 0 && strchr(" \t", path[n - 1]));
}

/* systemd.service(5), "Command lines": the paths are arguments of mount(8) in the end. */
static bool is_expanded(const char *path)
{
	const char *brace = strstr(path, "${");

	return strstr(path, "$$") || (brace && strchr(brace, '}'));
}

bool boot_path_is_misread(const char *path)
{
	return ends_the_line(path) || is_expanded(path) || !is_utf8(path);
}

static void take(const struct mount_option *word, struct boot_words *words)
{
	words->is_noauto |= mount_option_is(word, "noauto");
	words->is_noauto &= !mount_option_is(word, "auto");
	words->is_automount |= mount_option_is(word, "x-systemd.automount");
	words->is_of_initrd |= mount_option_is(word, "x-initrd.mount");
}

struct boot_words boot_words_find(const struct want *want, const struct fstab_entry *line)
{
	const struct words_list *more = &want->fstab_options;
	const char *at = line ? line->options : "";
	struct mount_option word = {0};
	struct boot_words words = {0};

	while (mount_option_next(&at, &word))
		take(&word, &words);
	for (size_t i = 0; i < more->count; i++) {
		word = (struct mount_option){.text = more->items[i],
					     .length = strlen(more->items[i])};
		take(&word, &words);
	}
	return words;
}
