package gotool

import (
	"fmt"
	"regexp"
	"strings"

	"godev.io/runtime/internal/termination"
)

// rule is a kind of failure: the pattern that shows it in the output, and what to say about the line it is in.
type rule struct {
	pattern *regexp.Regexp
	explain func(e Explainer, line string) (termination.Reason, string)
}

// rules are tried in this order. One output often shows several: a proxy's 404 is followed by the refusal of the
// repository, and only the refusal tells the user what to do.
var rules = []rule{
	{regexp.MustCompile(`no space left on device|disk quota exceeded`), full},
	{regexp.MustCompile(`signal: killed|Killed signal terminated|cannot allocate memory|runtime: out of memory`), noMemory},
	{regexp.MustCompile(`checksum mismatch|SECURITY ERROR|(zip|dir) has been modified`), say(termination.ChecksumMismatch,
		"go.sum: %s. Somebody changed a released version, or the cache is damaged: "+
			"compare with the module's author, then run `go mod tidy` and commit go.sum, or empty the cache with `go clean -modcache`.")},
	{regexp.MustCompile(`x509: |tls: failed to verify certificate|SSL certificate problem|server certificate verification failed`), say(termination.UntrustedCertificate,
		"spec.proxy.caBundle: %s. If a proxy of your network signs its own certificates, "+
			"put its CA into a ConfigMap and name it in spec.proxy.caBundle.")},
	{regexp.MustCompile(`Proxy Authentication Required`), say(termination.ProxyLoginRequired,
		"spec.proxy: the network's proxy wants a login: %s. The spec cannot hold one, where everybody could read it: "+
			"name a proxy that lets this cluster pass without, such as one in the cluster that logs in itself, "+
			"or add the hosts that are reached without it to spec.proxy.noProxy.")},
	{regexp.MustCompile(`refusing to pass credentials to insecure URL`), say(termination.PrivateModuleUnauthorized,
		"spec.go.modules.proxy: %s. Go sends credentials by https only: use an https URL, or remove the user and password.")},
	{regexp.MustCompile(`401 Unauthorized|403 Forbidden|terminal prompts disabled|could not read (Username|Password)|Authentication failed|Permission denied \(publickey|Host key verification failed`), say(termination.PrivateModuleUnauthorized,
		"spec.go.modules.credentials: a server refused to hand out a module: %s. "+
			"Name a Secret with a netrc file that has a line for this server, and list private modules in spec.go.modules.private.")},
	{regexp.MustCompile(`(?m)(mkdir|open|create|rename|remove|unlinkat|lock|creating \S+:?) .*(permission denied|read-only file system)`), notWritable},
	{regexp.MustCompile(`exec: "git": executable file not found`), say(termination.GitMissing,
		"spec.go.image: %s. A module has to come from its repository and this image has no git: use an image with git (golang:<version>-bookworm has it), "+
			"or a proxy in spec.go.modules.proxy that has the module.")},
	{regexp.MustCompile(`inconsistent vendoring|import lookup disabled by -mod=vendor|is not vendored|cannot find package .* in:?\s.*vendor`), say(termination.VendorOutOfDate,
		"vendor: %s. Run `go mod vendor` and commit the vendor folder, or remove that folder.")},
	{regexp.MustCompile(`requires go ?>= ?\d|note: module requires Go \d|errors parsing [^\n]*go.mod:\n.*(invalid go version|unknown directive: toolchain)|toolchain not available|download go\S+ for .*: toolchain`), tooOld},
	{regexp.MustCompile(`missing go.sum entry|updates to go.(mod|sum) needed|no required module provides package|import lookup disabled by -mod=readonly|cannot find module providing package|go.mod file indicates|is replaced but not required`), say(termination.GoSumOutOfDate,
		"spec.go.modules.lock: %s. Run `go mod tidy` and commit go.mod and go.sum, or set spec.go.modules.lock: Update.")},
	{regexp.MustCompile(`errors parsing [^\n]*go.(mod|sum):\n.*|malformed go.sum|go.mod:\d+: |module declares its path as|no module declaration in go.mod|malformed module path`), say(termination.GoModInvalid,
		"go.mod: %s. Correct this line and run `go mod tidy`.")},
	{regexp.MustCompile(`disabled by GOPROXY=off`), say(termination.ModuleProxyUnreachable,
		"spec.go.modules.proxy: it is off, and a module is not in the cache: %s. Name a proxy, or commit a vendor folder (`go mod vendor`).")},
	{regexp.MustCompile(`proxyconnect `), say(termination.ModuleProxyUnreachable,
		"spec.proxy: the network's proxy does not answer: %s. Check the host and port of spec.proxy.http and spec.proxy.https.")},
	{regexp.MustCompile(`dial tcp|no such host|connection re(fused|set)|i/o timeout|TLS handshake timeout|: (unexpected )?EOF\b|Client\.Timeout|deadline exceeded|network is unreachable|no route to host|server misbehaving|Could not resolve host|: 5\d\d [A-Z]|: 429 |server gave HTTP response to HTTPS client|stream error|invalid proxy URL`), unreachable},
	{regexp.MustCompile(`400 Bad Request|404 Not Found|410 Gone|unknown revision|invalid version: |no matching versions|[Rr]epository .*not found|unrecognized import path|not found:|malformed file path|is not a known dependency|version "[^"]*" invalid`), notFound},
}

// say is a rule whose text repeats the line once.
func say(reason termination.Reason, format string) func(Explainer, string) (termination.Reason, string) {
	return func(_ Explainer, line string) (termination.Reason, string) {
		return reason, fmt.Sprintf(format, line)
	}
}

func full(e Explainer, line string) (termination.Reason, string) {
	if e.inWorkspace(line) {
		return termination.WorkspaceFull, fmt.Sprintf("spec.storage.workspace.size: the volume is full: %s. Raise the size, or delete files.", line)
	}
	return termination.CacheFull, fmt.Sprintf("spec.storage.cache.size: the volume is full: %s. "+
		"Raise the size, or run `go clean -cache -modcache` in the environment.", line)
}

var tool = regexp.MustCompile(`\b(compile|link|asm|cgo|cc1(?:plus)?|gcc|g\+\+)\b[^/\n]*(?:signal: killed|$)`)

func noMemory(e Explainer, line string) (termination.Reason, string) {
	process := "a tool of the build"
	switch found := tool.FindStringSubmatch(line); {
	case found == nil:
	case found[1] == "compile":
		process = "the compiler"
	case found[1] == "link":
		process = "the linker"
	case strings.HasPrefix(found[1], "g") || strings.HasPrefix(found[1], "cc1"):
		process = "the C compiler"
	default:
		process = found[1]
	}
	return termination.OutOfMemory, e.OutOfMemory(process)
}

func notWritable(e Explainer, line string) (termination.Reason, string) {
	const remedy = "The pod's user has to own it, or its group has to be spec.securityContext.fsGroup."
	if e.inWorkspace(line) {
		return termination.WorkspaceNotWritable, fmt.Sprintf("spec.source: the workspace refuses writes: %s. %s", line, remedy)
	}
	return termination.CacheNotWritable, fmt.Sprintf("spec.storage.cache: the volume of the Go caches refuses writes: %s. %s", line, remedy)
}

var wanted = regexp.MustCompile(`(?:requires go ?>= ?|requires Go |go version '|download go)(\d+\.\d+)`)

func tooOld(_ Explainer, line string) (termination.Reason, string) {
	remedy := "Raise spec.go.version."
	if found := wanted.FindStringSubmatch(line); found != nil {
		remedy = fmt.Sprintf("Set spec.go.version: %q.", found[1])
	}
	return termination.GoToolchainTooOld, fmt.Sprintf("spec.go.version: the Go of this environment is too old: %s. %s", line, remedy)
}

func unreachable(e Explainer, line string) (termination.Reason, string) {
	field := "spec.go.modules.proxy"
	if strings.Contains(line, "/sumdb/") || strings.Contains(line, "/lookup/") {
		field = "spec.go.modules.sumDatabase"
	}
	return termination.ModuleProxyUnreachable, fmt.Sprintf("%s: a server does not answer: %s. "+
		"The proxies asked: %s. Check that the cluster reaches them, name others, or set spec.proxy if this network needs one.", field, line, e.proxies())
}

func notFound(e Explainer, line string) (termination.Reason, string) {
	what := "go.mod: no server has a module it requires"
	if e.Subject == SourceModule {
		what = "spec.source.module: no server has this module and version"
	}
	return termination.ModuleNotFound, fmt.Sprintf("%s: %s. Check path and version; for a private module set "+
		"spec.go.modules.private, and spec.go.modules.credentials for a server that hides it from others; "+
		"the proxies asked: %s.", what, line, e.proxies())
}
