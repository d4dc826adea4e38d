// Package repository keeps the workspace a clone of a git repository: spec.source.git.
//
// The first clone is made beside, in .godev/clone, and moved in when it is whole; an update is noted in the clone's
// own folder before the first file is touched. So after a kill at any point the next run comes to the same end. What
// the developer changed is never overwritten: an update that would do so is not made, and is told of.
package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"godev.io/runtime/internal/secret"
	"godev.io/runtime/internal/termination"
)

// Config is spec.source.git.
type Config struct {
	// Workspace is the folder of the clone.
	Workspace string
	URL       string
	// Ref is a branch, a tag, a full name below refs/, or a commit; "" is the default branch.
	Ref string
	// Directory is the folder of the module, relative to the workspace.
	Directory string
	// Depth is the number of commits of history, 0 for all.
	Depth      int
	Submodules bool
	// Credentials is a folder with the keys of a Secret, "" for none.
	Credentials string
	Log         io.Writer
	// Scrubber is taught the credentials.
	Scrubber *secret.Scrubber
}

// Result says what the workspace holds.
type Result struct {
	// Commit is the full hash of what is checked out.
	Commit string
	// Reason and Detail say why it is not what the remote repository has, "" if it is.
	Reason termination.Reason
	Detail string
}

// Get clones the repository into the workspace, or brings the clone that is there up to date.
// A clone of this URL and ref that cannot be brought up to date is good enough to start with.
func Get(ctx context.Context, config Config) (Result, error) {
	g, err := open(config)
	if err != nil {
		return Result{}, err
	}
	defer g.close()
	result, err := g.get(ctx)
	if err != nil {
		return result, g.explain(ctx, err)
	}
	return result, g.checkDirectory()
}

// getter belongs to one run.
type getter struct {
	Config
	address address
	access  *access
	root    *os.Root
	// step is called before each change of the workspace; tests stop there
	step func()
}

func open(config Config) (*getter, error) {
	g := &getter{Config: config}
	var err error
	if g.address, err = parseAddress(config.URL); err != nil {
		return nil, termination.Failuref(termination.SourceInvalid, "spec.source.git.url: %w", err)
	}
	if err := checkRef(config.Ref); err != nil {
		return nil, termination.Failuref(termination.SourceInvalid, "spec.source.git.ref: %w", err)
	}
	if err := checkDirectory(config.Directory); err != nil {
		return nil, termination.Failuref(termination.SourceInvalid, "spec.source.git.directory: %w", err)
	}
	if g.access, err = readAccess(g.address, config.Credentials); err != nil {
		return nil, err
	}
	if config.Scrubber != nil {
		config.Scrubber.Add(g.access.secrets...)
		g.Log = config.Scrubber.Writer(config.Log)
	}
	g.root, err = os.OpenRoot(config.Workspace)
	return g, err
}

func (g *getter) close() { _ = g.root.Close() }

func (g *getter) log(format string, args ...any) { fmt.Fprintf(g.Log, "source: "+format+"\n", args...) }

func (g *getter) changing() {
	if g.step != nil {
		g.step()
	}
}

func (g *getter) get(ctx context.Context) (Result, error) {
	if err := g.finishClone(); err != nil {
		return Result{}, err
	}
	state, err := readState(g.root)
	if err != nil {
		return Result{}, err
	}
	if state.URL == g.URL {
		return g.renew(ctx, state)
	}
	return g.clone(ctx)
}

// checkDirectory reports what is wrong with the folder of the module.
func (g *getter) checkDirectory() error {
	directory := g.Directory
	if directory == "" {
		directory = "."
	}
	info, err := g.root.Stat(directory)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.IsDir():
		return termination.Failuref(termination.DirectoryNotFound,
			"spec.source.git.directory: the repository has no folder %q at %s. Name the folder that holds go.mod.", directory, g.refName())
	case err != nil:
		return termination.Failuref(termination.SourceInvalid, "spec.source.git.directory: %w", err)
	}
	if info, err := g.root.Stat(directory + "/go.mod"); err != nil || !info.Mode().IsRegular() {
		return termination.Failuref(termination.GoModMissing,
			"spec.source.git.directory: the folder %q of the repository has no go.mod at %s. "+
				"Name the folder that has one, or commit one (`go mod init`).", directory, g.refName())
	}
	return nil
}

// refName is the ref for people.
func (g *getter) refName() string {
	if g.Ref == "" {
		return "its default branch"
	}
	return g.Ref
}
