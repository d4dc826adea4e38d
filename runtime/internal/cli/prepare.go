package cli

import (
	"context"
	"fmt"

	"godev.io/runtime/internal/archive"
	"godev.io/runtime/internal/cabundle"
	"godev.io/runtime/internal/gotool"
	installer "godev.io/runtime/internal/install"
	"godev.io/runtime/internal/mirror"
	"godev.io/runtime/internal/modules"
	"godev.io/runtime/internal/receive"
	sources "godev.io/runtime/internal/source"
	"godev.io/runtime/internal/termination"
)

func install(c *call, args []string) int {
	c.declare("install")
	if code, ok := c.parse(args, "DIR"); !ok {
		return code
	}
	return c.phase(termination.PhaseInstall, termination.InstallFailed, func(context.Context) (termination.Message, error) {
		from, err := executable()
		if err != nil {
			return termination.Message{}, err
		}
		return termination.Message{}, installer.Copy(from, c.flags.Arg(0))
	})
}

// certificates are the flags of source about the CA bundle and credentials.
type certificates struct{ bundle, output, netrc string }

func source(c *call, args []string) int {
	kind := ""
	if len(args) > 0 {
		kind, args = args[0], args[1:]
	}
	flags := c.declare("source " + kind)
	c.withWorkspace()
	var given certificates
	flags.StringVar(&given.bundle, "ca-bundle", "", "`file` with the user's CA certificates, in PEM")
	flags.StringVar(&given.output, "ca-output", "/godev/ca-certificates.crt", "`file` for the image's and the user's CA certificates; written if there is a --ca-bundle")
	flags.StringVar(&given.netrc, "netrc", "", "`file` with credentials, which has to be there")
	var path, version, from string
	var repo *repositoryFlags
	var fetch func(context.Context) (termination.Message, error)
	switch kind {
	case "module":
		flags.StringVar(&path, "path", "", "`path` of the module")
		flags.StringVar(&version, "version", "", "its `version`")
		fetch = func(ctx context.Context) (termination.Message, error) {
			return termination.Message{}, sources.Module(ctx, c.tool(), c.explainer(gotool.SourceModule), c.workspace, path, version)
		}
	case "files":
		flags.StringVar(&from, "from", "", "`folder` of the files: a ConfigMap volume")
		fetch = func(context.Context) (termination.Message, error) {
			return termination.Message{}, sources.Files(c.stdout, c.workspace, from)
		}
	case "sync":
		fetch = func(ctx context.Context) (termination.Message, error) {
			return termination.Message{}, receive.Await(ctx, c.stdout, c.workspace)
		}
	case "claim":
		fetch = func(context.Context) (termination.Message, error) {
			return termination.Message{}, sources.Claim(c.workspace)
		}
	case "git":
		repo = withRepository(flags)
		fetch = func(ctx context.Context) (termination.Message, error) {
			result, err := sources.Git(ctx, repo.config(c, c.workspace, c.stdout))
			return termination.Message{Reason: result.Reason, Detail: result.Detail}, err
		}
	case "host":
		flags.StringVar(&from, "from", "", "`folder` to mirror")
		fetch = func(ctx context.Context) (termination.Message, error) {
			_, err := mirror.New(from, c.workspace, c.stdout).Once(ctx)
			return termination.Message{}, err
		}
	case "archive":
		flags.StringVar(&from, "from", "", "`folder` with the archive")
		fetch = func(ctx context.Context) (termination.Message, error) {
			return termination.Message{}, archive.Restore(ctx, c.stdout, from, c.workspace)
		}
	case "--help", "-help", "-h":
		fmt.Fprint(c.stdout, "Usage: godevd source module|git|files|sync|host|claim|archive [flags]; \"godevd source module --help\" shows the flags\n")
		return exitDone
	default:
		fmt.Fprintf(c.stderr, "godevd source: the kind of source has to be module, git, files, sync, host, claim or archive, not %q\n", kind)
		return exitUsage
	}
	if code, ok := c.parse(args); !ok {
		return code
	}
	switch {
	case kind == "module" && path == "":
		return c.usage("--path is missing")
	case kind == "module" && version == "":
		return c.usage("--version is missing")
	case (kind == "files" || kind == "host" || kind == "archive") && from == "":
		return c.usage("--from is missing")
	}
	if repo != nil {
		if wrong := repo.check(); wrong != "" {
			return c.usage("%s", wrong)
		}
	}
	return c.phase(termination.PhaseSource, termination.SourceFailed, func(ctx context.Context) (termination.Message, error) {
		if err := c.trust(given); err != nil {
			return termination.Message{}, err
		}
		return fetch(ctx)
	})
}

// trust comes first: SSL_CERT_FILE names its output, in this container too.
func (c *call) trust(given certificates) error {
	if given.bundle != "" {
		count, err := cabundle.Join(cabundle.SystemPlaces, given.bundle, given.output)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "source: %d CA certificates of spec.proxy.caBundle added to those of the image\n", count)
	}
	if given.netrc != "" {
		return sources.CheckNetrc(given.netrc)
	}
	return nil
}

func getModules(c *call, args []string) int {
	flags := c.declare("modules")
	c.withWorkspace()
	c.withGoOn()
	lock := flags.String("lock", string(modules.ReadOnly), "ReadOnly or Update: whether go.mod and go.sum may be completed")
	if code, ok := c.parse(args); !ok {
		return code
	}
	if l := modules.Lock(*lock); l != modules.ReadOnly && l != modules.Update {
		return c.usage("--lock has to be ReadOnly or Update, not %q", *lock)
	}
	return c.phase(termination.PhaseModules, termination.ModulesFailed, func(ctx context.Context) (termination.Message, error) {
		return termination.Message{}, modules.Get(ctx, c.tool(), c.explainer(gotool.Requirements), modules.Lock(*lock))
	})
}
