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

static int draw(struct call *call, double deadline)
{
	scoped_strbuf text = {0};
	struct graph graph = {0};
	int r = graph_make(&call->reply, deadline, &graph, &call->fail);

	if (r < 0)
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
