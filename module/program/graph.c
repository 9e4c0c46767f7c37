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
	struct request req = {.check_mode = true, .timeout = REQUEST_TIMEOUT_DEFAULT};
	struct fstab_snapshot snapshot;
	int status = EXIT_FAILED;
	int r = call_add_options(&call->cli, true, &req, &call->fail);
	double deadline = clock_now() + req.timeout;

	if (r == 0)
		r = run_check_kernel(call->features, &call->fail);
	sys_close_inherited();
	if (r < 0) {
		status = call_finish_failed(call);
	} else {
		req.holders = true; /* of whom the drawing tells */
		confine(&req, call->features);
		path_set_deadline(deadline, false);
		snapshot_open(&snapshot, request_fstab(&req), false);
		r = call_look(call, &snapshot);
		status = r < 0 ? call_finish_failed(call) : draw(call, deadline);
		snapshot_done(&snapshot);
	}
	request_done(&req);
	return status;
}
