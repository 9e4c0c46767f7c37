/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_helper_args.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

const char mount_call_usage[] =
	MOUNT_CALL_NAME " SOURCE TARGET [-sfnvrw] [-N NAMESPACE] [-o OPTIONS] [-t TYPE]";

static int add_options(struct mount_call *call, const char *more)
{
	char *joined = NULL;

	if (asprintf(&joined, "%s,%s", call->options ? call->options : "", more) < 0)
		return -1;
	free(call->options);
	call->options = joined;
	return 0;
}

static int take_option(struct mount_call *call, int letter)
{
	switch (letter) {
	case 's':
		call->sloppy = true;
		return 0;
	case 'f':
		call->fake = true;
		return 0;
	case 'v':
		call->verbose = true;
		return 0;
	case 'h':
		call->help = true;
		return 0;
	case 'n': /* there is no mtab to write */
	case 't': /* a subtype, which is no business of ours */
		return 0;
	case 'N':
		call->namespace = optarg;
		return 0;
	case 'o':
		return add_options(call, optarg);
	case 'r':
		return add_options(call, "ro");
	case 'w':
		return add_options(call, "rw");
	default:
		return -1;
	}
}

int mount_call_read(int argc, char *argv[], struct mount_call *call)
{
	static const struct option names[] = {{"help", no_argument, NULL, 'h'}, {0}};

	opterr = 0;
	for (;;) {
		int letter = getopt_long(argc, argv, "sfnvrwhN:o:t:", names, NULL);

		if (letter < 0)
			break;
		if (take_option(call, letter) < 0)
			return -1;
	}
	if (call->help)
		return 0;
	if (argc - optind != 2)
		return -1;
	call->source = argv[optind];
	call->target = argv[optind + 1];
	return 0;
}

void mount_call_done(struct mount_call *call)
{
	free(call->options);
	free(call->line_source);
	call->options = NULL;
	call->line_source = NULL;
}
