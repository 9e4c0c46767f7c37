/* SPDX-License-Identifier: Apache-2.0 */
#include "graph.h"

#include "base/clock.h"
#include "confine.h"
#include "graph_text.h"
#include "kernel/inherited.h"
#include "kernel/path_limit.h"
#include "output.h"
#include "run/graph_make.h"
#include "run/run.h"

/* What is no path has no place in a drawing. */
static bool names_no_path(const struct reply *reply)
{
	for (size_t i = 0; i < reply->n_shown; i++) {
		if (reply->shown[i].error && reply->shown[i].error->kind == ERROR_USAGE)
			return true;
	}
	return false;
}

static int draw(struct call *call, double deadline)
{
	scoped_strbuf text = {0};
	struct graph graph = {0};

	if (names_no_path(&call->reply))
		return call_finish(call, false, false);
	if (graph_make(&call->reply, deadline, &graph, &call->fail) < 0)
		return call_finish_failed(call);
	if (call->cli.format == FORMAT_MERMAID)
		graph_put_mermaid(&text, &graph);
	else
		graph_put_dot(&text, &graph);
	graph_done(&graph);
	if (!strbuf_text(&text)) {
		error_no_memory(&call->fail);
		return call_finish_failed(call);
	}
	return output_text(strbuf_text(&text)) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

int graph_run(struct call *call)
{
	/* Of holders the drawing tells. */
	return call_show(call, true, draw);
}
