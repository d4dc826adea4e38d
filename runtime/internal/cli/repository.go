package cli

import (
	"flag"
	"io"

	"godev.io/runtime/internal/repository"
)

// repositoryFlags are those about spec.source.git.
type repositoryFlags struct {
	url, ref, directory, credentials string
	depth                            int
	submodules                       bool
}

func withRepository(flags *flag.FlagSet) *repositoryFlags {
	var r repositoryFlags
	flags.StringVar(&r.url, "url", "", "`URL` of the repository: https, http or ssh")
	flags.StringVar(&r.ref, "ref", "", "`branch`, tag or commit; without it the repository's default branch")
	flags.StringVar(&r.directory, "directory", ".", "`folder` of the repository that holds go.mod")
	flags.IntVar(&r.depth, "depth", 1, "`number` of commits of history; 0 for all")
	flags.BoolVar(&r.submodules, "submodules", false, "check out submodules too")
	flags.StringVar(&r.credentials, "credentials", "", "`folder` with the files username and password, or ssh-privatekey and known_hosts")
	return &r
}

// check returns what is wrong with the flags, "" if nothing is.
func (r *repositoryFlags) check() string {
	switch {
	case r.url == "":
		return "--url is missing"
	case r.depth < 0:
		return "--depth has to be 0 or more"
	}
	return ""
}

func (r *repositoryFlags) config(c *call, workspace string, log io.Writer) repository.Config {
	return repository.Config{
		Workspace: workspace, URL: r.url, Ref: r.ref, Directory: r.directory, Depth: r.depth,
		Submodules: r.submodules, Credentials: r.credentials, Log: log, Scrubber: c.scrubber,
	}
}
