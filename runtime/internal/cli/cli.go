// Package cli is godevd's command line.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/delve"
	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/secret"
	"godev.io/runtime/internal/termination"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	// 128 + SIGTERM, as of a program without a handler. With 0 the kubelet would call a pod that it evicts, or that
	// ends with its node, Succeeded: its work done.
	exitStopped = 143
)

const help = `godevd is the runtime of a GoDevEnvironment: what runs inside its pod.

Usage:
  godevd install DIR                                  copy godevd, and dlv beside it, to DIR
  godevd source module --path P --version V [flags]   put a public module into the workspace
  godevd source files --from DIR [flags]              put the files of a ConfigMap volume there
  godevd source sync [flags]                          wait until "godev sync" has pushed the source
  godevd source git --url U [flags]                   clone a repository there, or bring the clone up to date
  godevd source host --from DIR [flags]               mirror a folder of the node
  godevd source claim [flags]                         check a workspace that is the user's own claim
  godevd source archive --from=DIR [flags]            make the workspace what it was when an archive was made
  godevd modules [flags]                              download and verify the modules it requires
  godevd build [flags]                                build the program
  godevd run [flags] [-- ARGS...]                     build it, unless it just was, and run it; with --reload=OnChange
                                                      build and start it again when a file changes
  godevd receive [flags]                              take what "godev sync" pushes, on the standard streams
  godevd archive --to=DIR [flags]                     make an archive of a workspace
  godevd version
  godevd help

"godevd <verb> --help" shows a verb's flags. Each verb but receive, version and help leaves a JSON message in the container's
termination log, and ends with 0 if it did what it was asked, 1 if not, 2 if it was asked wrongly, 143 if it was told to
stop the program.
`

// call is one invocation of a verb.
type call struct {
	flags          *flag.FlagSet
	env            envvars.Vars
	stdout, stderr io.Writer
	scrubber       *secret.Scrubber

	terminationLog string
	workspace      string
	cgroup         string
	// goesOn says that a failure of the source is not one of the container: run tries again after a change
	goesOn bool
	// takesRest says that the verb has a use for rest, the arguments after "--"
	takesRest bool
	rest      []string
}

// Main runs godevd with the arguments, and returns its exit code.
func Main(args, env []string, stdout, stderr io.Writer) int {
	verbs := map[string]func(*call, []string) int{
		"install": install, "source": source, "modules": getModules, "build": buildProgram, "run": run,
		"receive": receiveSync, "archive": writeArchive,
	}
	name := "help"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "help", "--help", "-help", "-h":
		fmt.Fprint(stdout, help)
		return exitDone
	case "version", "--version":
		fmt.Fprintln(stdout, version())
		return exitDone
	case delve.TraceableVerb:
		return traceable(args, env, stderr)
	}
	verb, known := verbs[name]
	if !known {
		fmt.Fprintf(stderr, "godevd: there is no verb %q; \"godevd help\" lists them\n", name)
		return exitUsage
	}
	vars := envvars.Vars(env)
	return verb(&call{env: vars, stdout: stdout, stderr: stderr, scrubber: secret.NewScrubber(vars)}, args)
}

// declare begins the flags of a verb with those every verb has.
func (c *call) declare(verb string) *flag.FlagSet {
	c.flags = flag.NewFlagSet("godevd "+verb, flag.ContinueOnError)
	c.flags.SetOutput(io.Discard)
	path := c.env.Get("GODEV_TERMINATION_LOG")
	if path == "" {
		path = termination.DefaultPath
	}
	c.flags.StringVar(&c.terminationLog, "termination-log", path, "`file` for the message to the operator; also GODEV_TERMINATION_LOG")
	return c.flags
}

// withWorkspace adds the flags of the verbs that work in the workspace.
func (c *call) withWorkspace() {
	c.flags.StringVar(&c.workspace, "workspace", "/workspace", "`folder` of the source")
	c.flags.StringVar(&c.cgroup, "cgroup", cgroup.DefaultRoot, "`folder` of the container's control group")
}

// withGoOn adds the flag of the steps before run.
func (c *call) withGoOn() {
	c.flags.BoolVar(&c.goesOn, "go-on", false, "end with 0, and the same message, where a change of files is what mends the failure")
}

// parse returns false, and the exit code, if the verb is not to run. want names the arguments there have to be.
func (c *call) parse(args []string, want ...string) (int, bool) {
	for i, arg := range args {
		if arg == "--" {
			if !c.takesRest {
				return c.usage("unexpected argument \"--\""), false
			}
			args, c.rest = args[:i], args[i+1:]
			break
		}
	}
	err := c.flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(c.stdout, "Usage: %s [flags] %s\n", c.flags.Name(), strings.Join(want, " "))
		c.flags.SetOutput(c.stdout)
		c.flags.PrintDefaults()
		return exitDone, false
	case err != nil:
		return c.usage("%v", err), false
	case c.flags.NArg() > len(want):
		return c.usage("unexpected argument %q", c.flags.Arg(len(want))), false
	case c.flags.NArg() < len(want):
		return c.usage("%s is missing", want[c.flags.NArg()]), false
	}
	return exitDone, true
}

func (c *call) usage(format string, args ...any) int {
	fmt.Fprintf(c.stderr, "%s: %s; \"%s --help\" shows what there is\n", c.flags.Name(), fmt.Sprintf(format, args...), c.flags.Name())
	return exitUsage
}

// phase runs what a verb does, and reports how it ended. SIGTERM and SIGINT cancel its context.
func (c *call) phase(phase termination.Phase, otherwise termination.Reason, do func(context.Context) (termination.Message, error)) int {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	started := time.Now()
	message, err := do(ctx)
	switch {
	case err != nil:
		failed := termination.OfError(phase, err, otherwise)
		failed.Package, failed.BuildSeconds = message.Package, message.BuildSeconds
		message = failed
	case message.Result == "":
		message.Result = termination.Succeeded
	}
	message.Phase, message.Seconds = phase, termination.Round(time.Since(started))
	return c.report(message)
}

// report writes the message, and returns the exit code that fits it.
func (c *call) report(message termination.Message) int {
	if message.Result == termination.Failed {
		fmt.Fprintf(c.stderr, "%s: %s: %s\n", message.Phase, message.Reason, c.scrubber.Scrub(message.Detail))
	}
	if err := termination.Write(c.terminationLog, message, c.scrubber.Scrub); err != nil {
		fmt.Fprintf(c.stderr, "godevd: %v\n", err)
	}
	switch {
	case message.Result == termination.Failed && c.goesOn && message.Reason.IsOfSource():
		return exitDone
	case message.Result == termination.Failed:
		return exitFailed
	case message.Reason == termination.Stopped:
		return exitStopped
	}
	return exitDone
}

func (c *call) tool() gotool.Tool {
	env := c.env
	// git does not know Go's variable for the bundle
	if bundle := env.Get("SSL_CERT_FILE"); bundle != "" && env.Get("GIT_SSL_CAINFO") == "" {
		env = env.With("GIT_SSL_CAINFO=" + bundle)
	}
	return gotool.Tool{Dir: c.workspace, Env: env, Log: c.stdout, Scrubber: c.scrubber}
}

func (c *call) explainer(subject gotool.Subject) gotool.Explainer {
	return gotool.Explainer{Subject: subject, Workspace: c.workspace, Env: c.env, Memory: cgroup.Memory(c.cgroup)}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "godevd (unknown)"
	}
	revision := ""
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			revision = " " + setting.Value
		}
	}
	return fmt.Sprintf("godevd %s%s %s", info.Main.Version, revision, info.GoVersion)
}

// executable is a variable so that a test can install something small.
var executable = os.Executable
