#include "reply/reply_schema.h"

/* clang-format off */
#define OBJECT(required, properties) \
	"{\"type\": \"object\", \"additionalProperties\": false," \
	" \"required\": [" required "], \"properties\": {" properties "}}"
#define REF(name)   "{\"$ref\": \"#/$defs/" name "\"}"
#define LIST(items) "{\"type\": \"array\", \"items\": " items "}"
#define BOOLEAN     "{\"type\": \"boolean\"}"
#define COUNT       "{\"type\": \"integer\", \"minimum\": 0}"
#define TEXT        "{\"type\": \"string\"}"
#define MAYBE_TEXT  "{\"type\": [\"string\", \"null\"]}"

#define SEEN \
	"\"mounted\": " BOOLEAN ", \"read_only\": " BOOLEAN "," \
	"\"propagation\": {\"enum\": [null, \"private\", \"shared\", \"slave\", \"shared,slave\"," \
	" \"unbindable\"]}," \
	"\"options\": " LIST("{\"enum\": [\"@options\"]}") ", \"stacked\": " COUNT

const char reply_schema[] =
"{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"title\": \"robind reply\","
" \"type\": \"object\", \"additionalProperties\": false,"
" \"required\": [\"changed\", \"failed\", \"msg\", \"summary\", \"binds\", \"warnings\","
" \"check_mode\", \"robind\"],"
" \"properties\": {"
"  \"changed\": " BOOLEAN ", \"failed\": " BOOLEAN ", \"msg\": " TEXT ","
"  \"error\": " REF("error") ","
"  \"summary\": " OBJECT("\"ok\", \"changed\", \"failed\", \"skipped\"",
	"\"ok\": " COUNT ", \"changed\": " COUNT ", \"failed\": " COUNT ", \"skipped\": " COUNT) ","
"  \"binds\": " LIST("{\"oneOf\": [" REF("bind") "," REF("shown") "]}") ","
"  \"needs_restart\": " REF("restart") ","
"  \"warnings\": " LIST(REF("warning")) ","
"  \"diff\": " LIST(REF("diff")) ","
"  \"backup_file\": " TEXT ", \"daemon_reload\": " BOOLEAN ","
"  \"check_mode\": " BOOLEAN ","
"  \"robind\": " REF("about")
" },"
" \"$defs\": {"
"  \"error\": " OBJECT("\"code\", \"at\", \"errno\", \"msg\"",
	"\"code\": {\"enum\": [\"@codes\"]}, \"at\": " TEXT ", \"errno\": " MAYBE_TEXT ", \"msg\": " TEXT) ","
"  \"target_state\": " OBJECT("\"mounted\", \"read_only\", \"same_as_source\", \"recursive\","
	" \"in_fstab\", \"propagation\", \"options\", \"stacked\"",
	SEEN ", \"same_as_source\": " BOOLEAN ", \"recursive\": " BOOLEAN ","
	"\"in_fstab\": " BOOLEAN) ","
"  \"live\": " OBJECT("\"mounted\", \"read_only\", \"propagation\", \"options\", \"stacked\","
	" \"root\", \"fs_type\", \"device\"",
	SEEN ", \"root\": " MAYBE_TEXT ", \"fs_type\": " MAYBE_TEXT ", \"device\": " MAYBE_TEXT) ","
"  \"drift\": " OBJECT("\"code\", \"want\", \"have\", \"msg\"",
	"\"code\": {\"enum\": [\"@drift\"]}, \"want\": " MAYBE_TEXT ", \"have\": " MAYBE_TEXT ","
	"\"path\": " TEXT ", \"msg\": " TEXT) ","
"  \"warning\": " OBJECT("\"code\", \"target\", \"msg\"",
	"\"code\": {\"enum\": [\"covered\", \"writable_elsewhere\", \"holders_unknown\","
	" \"private_namespace\", \"fstab_unparsed\", \"fstab_shadowed\", \"volatile_source\","
	" \"boot_writable\", \"helper_missing\", \"daemon_reload\"]},"
	"\"target\": " MAYBE_TEXT ", \"msg\": " TEXT) ","
"  \"holder\": " OBJECT("\"pid\", \"command\", \"unit\", \"container\", \"path\", \"why\"",
	"\"pid\": " COUNT ", \"command\": " TEXT ", \"unit\": " MAYBE_TEXT ","
	"\"container\": " MAYBE_TEXT ", \"path\": " TEXT ","
	"\"why\": {\"enum\": [\"@whys\"]}") ","
"  \"restart\": {\"description\": \"what to restart so that no holder is left: units that systemctl"
	" can restart, containers by id or name, and the processes that are in neither\","
	" \"allOf\": [" OBJECT("\"units\", \"containers\", \"processes\"",
	"\"units\": " LIST(TEXT) ", \"containers\": " LIST(TEXT) ","
	"\"processes\": " LIST(COUNT)) "]},"
"  \"diff\": " OBJECT("\"before\", \"after\", \"before_header\", \"after_header\"",
	"\"before\": " TEXT ", \"after\": " TEXT ", \"before_header\": " TEXT ","
	"\"after_header\": " TEXT) ","
"  \"about\": " OBJECT("\"version\", \"protocol\", \"mount_api\", \"read_api\"",
	"\"version\": " TEXT ", \"protocol\": {\"const\": 1}, \"mount_api\": " MAYBE_TEXT ","
	"\"read_api\": " MAYBE_TEXT) ","
"  \"bind\": " OBJECT("\"target\", \"state\", \"status\", \"changed\"",
	"\"target\": " TEXT ", \"source\": " TEXT ", \"state\": {\"enum\": [\"@states\"]},"
	"\"status\": {\"enum\": [\"@statuses\"]}, \"changed\": " BOOLEAN ","
	"\"resolved\": " OBJECT("\"target\"", "\"target\": " TEXT ", \"source\": " TEXT) ","
	"\"drift\": " LIST(REF("drift")) ", \"actions\": " LIST("{\"enum\": [\"@actions\"]}") ","
	"\"gap\": {\"const\": true}, \"before\": " REF("target_state") ", \"after\": " REF("target_state") ","
	"\"holders\": " LIST(REF("holder")) ", \"error\": " REF("error")) ","
"  \"shown\": {\"oneOf\": ["
	OBJECT("\"target\", \"live\", \"fstab\"", "\"target\": " TEXT ","
	" \"live\": " REF("live") ", \"fstab\": " REF("line")) ","
	OBJECT("\"target\", \"error\", \"fstab\"", "\"target\": " TEXT ","
	" \"error\": " REF("error") ", \"fstab\": " REF("line")) "]},"
"  \"line\": {\"oneOf\": [{\"type\": \"null\"}, " OBJECT("\"source\", \"type\", \"options\","
	" \"line\", \"ours\", \"set\"", "\"source\": " TEXT ", \"type\": " TEXT ","
	"\"options\": " TEXT ", \"line\": " COUNT ", \"ours\": " BOOLEAN ","
	"\"set\": " MAYBE_TEXT) "]}"
" }}";
/* clang-format on */
