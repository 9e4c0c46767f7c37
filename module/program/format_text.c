/* SPDX-License-Identifier: Apache-2.0 */
#include "format_text.h"

#include <string.h>

#include "output.h"
#include "reply_text.h"
#include "screen.h"
#include "screen_report.h"
#include "screen_show.h"
#include "terminal.h"

static bool is_command(const struct cli *cli, const char *name)
{
	return cli->command && strcmp(cli->command, name) == 0;
}

static void put_screen(struct screen *s, const json_t *reply, const struct cli *cli)
{
	bool has_failed = json_object_get(reply, "error") != NULL;

	if (has_failed && json_array_size(json_object_get(reply, "binds")) == 0)
		screen_hanging(s, 4, member_text(reply, "msg"));
	else if (is_command(cli, "show"))
		screen_show(s, reply);
	else
		screen_report(s, reply, is_command(cli, "boot"));
}

int text_write(const json_t *reply, const struct cli *cli)
{
	const struct terminal terminal = terminal_look();
	struct screen s = {
		.width = terminal.width,
		.has_colour = terminal.has_colour,
		.shows_all = cli->all,
		.has_diff = cli->diff,
	};
	int r = -1;

	put_screen(&s, reply, cli);
	if (strbuf_text(&s.text))
		r = output_text(strbuf_text(&s.text));
	else
		(void)!output_text("out of memory\n");
	strbuf_done(&s.text);
	return r;
}
